//! The states that wait to be gone on from, packed: a few numbers of one or two bytes each.

use std::collections::VecDeque;

use crate::system::State;
use crate::visited::Place;

/// How many bytes are kept together.
const CHUNK: usize = 1 << 16;
/// How many bytes tell a state's length.
const LENGTH: usize = size_of::<u32>();

/// A queue and a stack of states.
#[derive(Default)]
pub struct Frontier {
    chunks: VecDeque<Vec<u8>>,
    /// Where the first state begins in the first chunk.
    start: usize,
    len: usize,
    scratch: Vec<u8>,
}

/// Seven bits a byte; the highest bit says that more follow.
fn write(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read(bytes: &[u8], at: &mut usize) -> u32 {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = bytes[*at];
        *at += 1;
        number |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return number;
        }
        shift += 7;
    }
}

fn unpack(bytes: &[u8], at: &mut usize, state: &mut State) -> Place {
    let place = read(bytes, at);
    (state.rest, state.spent) = (read(bytes, at), read(bytes, at));
    let nodes = read(bytes, at);
    state.nodes.clear();
    state.nodes.extend((0..nodes).map(|_| read(bytes, at)));
    let messages = read(bytes, at);
    state.messages.clear();
    let mut last = 0;
    state.messages.extend((0..messages).map(|_| {
        last += read(bytes, at);
        last
    }));
    place
}

impl Frontier {
    /// How many states wait.
    pub fn len(&self) -> usize {
        self.len
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        self.chunks.len() * CHUNK
    }

    /// Puts one at the end.
    pub fn push(&mut self, place: Place, state: &State) {
        let bytes = &mut self.scratch;
        bytes.clear();
        for number in [place, state.rest, state.spent, state.nodes.len() as u32] {
            write(bytes, number);
        }
        state.nodes.iter().for_each(|&node| write(bytes, node));
        write(bytes, state.messages.len() as u32);
        let mut last = 0;
        for &message in &state.messages {
            write(bytes, message - last);
            last = message;
        }
        // For who reads from the end.
        let length = bytes.len() as u32;
        bytes.extend(length.to_le_bytes());
        match self.chunks.back_mut().filter(|chunk| chunk.len() + self.scratch.len() <= CHUNK) {
            Some(chunk) => chunk.extend(&self.scratch),
            None => {
                let mut chunk = Vec::with_capacity(CHUNK.max(self.scratch.len()));
                chunk.extend(&self.scratch);
                self.chunks.push_back(chunk);
            }
        }
        self.len += 1;
    }

    /// Takes the first one.
    pub fn pop_front(&mut self, state: &mut State) -> Option<Place> {
        let chunk = self.chunks.front()?;
        let mut at = self.start;
        let place = unpack(chunk, &mut at, state);
        self.start = at + LENGTH;
        if self.start >= chunk.len() {
            self.chunks.pop_front();
            self.start = 0;
        }
        self.len -= 1;
        Some(place)
    }

    /// Takes the last one.
    pub fn pop_back(&mut self, state: &mut State) -> Option<Place> {
        let first = self.chunks.len() == 1;
        let chunk = self.chunks.back_mut()?;
        let end = chunk.len() - LENGTH;
        let length = chunk[end..].try_into().map_or(0, u32::from_le_bytes);
        let begin = end - length as usize;
        let place = unpack(chunk, &mut begin.clone(), state);
        chunk.truncate(begin);
        let empty = if first { begin <= self.start } else { begin == 0 };
        if empty {
            self.chunks.pop_back();
            self.start = if first { 0 } else { self.start };
        }
        self.len -= 1;
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(number: u32) -> State {
        let nodes = (0..number % 5).map(|place| number.wrapping_mul(place + 1) % 70_000).collect();
        let mut messages: Vec<_> = (0..number % 7).map(|place| number * (place + 3) % 20_000).collect();
        messages.sort_unstable();
        State { rest: number % 300, spent: number % 3, nodes, messages }
    }

    #[test]
    fn states_come_back_as_they_were_from_either_end() {
        let (mut frontier, mut taken) = (Frontier::default(), State::default());
        (0..20_000).for_each(|number| frontier.push(number, &state(number)));
        assert!(frontier.chunks.len() > 3 && frontier.len() == 20_000);
        for number in 0..9_000 {
            assert_eq!((frontier.pop_front(&mut taken), &taken), (Some(number), &state(number)));
        }
        for number in (9_000..20_000).rev() {
            assert_eq!((frontier.pop_back(&mut taken), &taken), (Some(number), &state(number)));
        }
        assert_eq!((frontier.pop_front(&mut taken), frontier.pop_back(&mut taken), frontier.len()), (None, None, 0));
    }
}
