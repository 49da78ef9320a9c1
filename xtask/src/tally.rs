//! Counts tests by what their runners print, as cargo, Node and Playwright each have their own closing line.

use std::ops::AddAssign;

/// Tests that passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
    /// Those of the passed ones that failed at first, and passed when they were run again.
    pub flaky: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.flaky += other.flaky;
    }
}

impl Tally {
    /// Adds what a line of output says, if it is a closing line.
    pub fn read(&mut self, line: &str) {
        let plain = without_colours(line);
        let line = plain.trim();
        if let Some((_, counts)) = line.split_once("test result: ") {
            // cargo and wasm-bindgen: `test result: ok. 3 passed; 0 failed; …`
            let parts = counts.split_once(". ").map_or(counts, |(_, rest)| rest).split(';');
            parts.for_each(|part| self.add(part.trim()));
        } else if let Some(rest) = line.strip_prefix("ℹ pass ") {
            self.passed += rest.parse::<u64>().unwrap_or(0); // Node
        } else if let Some(rest) = line.strip_prefix("ℹ fail ") {
            self.failed += rest.parse::<u64>().unwrap_or(0);
        } else {
            // Playwright: `3 passed (2.1s)`, `1 failed`, `1 flaky`, each on its line.
            self.add(line.split(" (").next().unwrap_or(line));
        }
    }

    fn add(&mut self, part: &str) {
        match part.split_once(' ').map(|(count, word)| (count.parse::<u64>(), word)) {
            Some((Ok(count), "passed")) => self.passed += count,
            Some((Ok(count), "failed")) => self.failed += count,
            Some((Ok(count), "flaky")) => {
                self.passed += count; // Playwright does not count them there
                self.flaky += count;
            }
            _ => {}
        }
    }
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn understands_every_runner() {
        let mut tally = Tally::default();
        for line in [
            "test result: \u{1b}[32mok\u{1b}[0m. 3 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored",
            "ℹ pass 4",
            "ℹ fail 1",
            "\u{1b}[32m  5 passed\u{1b}[39m\u{1b}[2m (2.1s)\u{1b}[22m",
            "  2 failed",
            "\u{1b}[33m  1 flaky\u{1b}[39m",
            "running 7 tests",
            "test ballots::are 9 passed over ... ok",
        ] {
            tally.read(line);
        }
        assert_eq!(tally, Tally { passed: 14, failed: 6, flaky: 1 });
    }
}
