//! Durations and chances as text: `15ms`, `5ms..15ms`, `2.5%`. Exact, without floating point.

use super::ids::{MS, SECOND, Time};

/// The longest span a text may give: ten hours, in virtual microseconds.
pub const LONGEST: Time = 36_000 * SECOND;

/// The latest time a text may give: what the longest spans of the longest scenario come to.
pub const LATEST: Time = 20_000 * LONGEST;

/// Reads `250us`, `1.5ms`, `2s`. Errors: a sentence that says what was expected.
pub fn parse_duration(text: &str) -> Result<Time, String> {
    let value = parse_moment(text)?;
    if value > LONGEST { Err("a duration is at most 36000s".into()) } else { Ok(value) }
}

/// Reads the time at which something happens, which may be later than any one span is long. Errors: as
/// [`parse_duration`].
pub fn parse_moment(text: &str) -> Result<Time, String> {
    let (digits, unit) = ["us", "ms", "s"]
        .into_iter()
        .zip([1, MS, SECOND])
        .find_map(|(name, unit)| text.strip_suffix(name).map(|digits| (digits, unit)))
        .ok_or_else(|| "a duration needs a unit: us, ms or s, as in 150ms".to_string())?;
    let value =
        decimal(digits, unit).ok_or_else(|| "a duration is a number and a unit, as in 150ms or 1.5s".to_string())?;
    if value > LATEST { Err("a time is at most 720000000s".into()) } else { Ok(value) }
}

/// Reads `5ms..15ms`, or `10ms` for a range of one. Errors: a sentence that says what was expected.
pub fn parse_range(text: &str) -> Result<(Time, Time), String> {
    let (lo, hi) = match text.split_once("..") {
        Some((lo, hi)) => (parse_duration(lo)?, parse_duration(hi)?),
        None => (parse_duration(text)?, parse_duration(text)?),
    };
    if lo > hi { Err("the range runs backwards: the smaller duration stands first".into()) } else { Ok((lo, hi)) }
}

/// Reads `2.5%` into parts per million. Errors: a sentence that says what was expected.
pub fn parse_percent(text: &str) -> Result<u32, String> {
    let value = text.strip_suffix('%').and_then(|digits| decimal(digits, 10_000));
    match value {
        Some(ppm) if ppm <= 1_000_000 => Ok(ppm as u32),
        Some(_) => Err("a chance is at most 100%".into()),
        None => Err("a chance is a number and a percent sign, as in 2.5%".into()),
    }
}

/// Writes parts per million as a percentage: `2.5%`.
pub fn show_percent(ppm: u32) -> String {
    let (whole, fraction) = (ppm / 10_000, ppm % 10_000);
    if fraction == 0 {
        return format!("{whole}%");
    }
    format!("{whole}.{}%", format!("{fraction:04}").trim_end_matches('0'))
}

/// `digits` with an optional fraction, times `unit`, exactly; `None` where it is no number or finer than one part.
fn decimal(digits: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let numeric = |text: &str| !text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
    if !numeric(whole) || !numeric(fraction) {
        return None;
    }
    let scale = 10u64.checked_pow(fraction.len() as u32)?;
    let part = u128::from(fraction.parse::<u64>().ok()?) * u128::from(unit);
    if part % u128::from(scale) != 0 {
        return None;
    }
    whole.parse::<u64>().ok()?.checked_mul(unit)?.checked_add((part / u128::from(scale)) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::data::ids::show_time;

    #[test]
    fn durations() {
        for (text, value) in [("1us", 1), ("1.5ms", 1_500), ("2s", 2_000_000), ("0.000001s", 1), ("0s", 0)] {
            assert_eq!(parse_duration(text), Ok(value), "{text}");
        }
        for bad in ["", "5", "ms", "1.5us", "-1s", "1e3s", "1..2s", "99999999s", "5 ms", "٣s"] {
            assert!(parse_duration(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn durations_survive_printing() {
        for value in [0, 1, 999, 1_000, 1_001, 999_999, 1_000_000, 1_900_000, 59_000_001] {
            assert_eq!(parse_duration(&show_time(value)), Ok(value));
        }
    }

    #[test]
    fn ranges_and_chances() {
        assert_eq!(parse_range("5ms..15ms"), Ok((5_000, 15_000)));
        assert_eq!(parse_range("7ms"), Ok((7_000, 7_000)));
        assert!(parse_range("15ms..5ms").is_err());
        assert_eq!(parse_percent("2.5%"), Ok(25_000));
        assert!(parse_percent("101%").is_err());
        for ppm in [0, 1, 25_000, 333_333, 1_000_000] {
            assert_eq!(parse_percent(&show_percent(ppm)), Ok(ppm));
        }
    }
}
