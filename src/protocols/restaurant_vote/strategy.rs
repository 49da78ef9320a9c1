//! How an agent votes, and how its mind changes: pure functions over places on the menu. The replicas call them, and so
//! does the closed loop of [`crate::challenge`]; chance comes in as a draw.

use crate::kernel::hash::below;

/// The place of a restaurant on the menu, from 0.
pub type Place = u8;

/// How much an agent likes a restaurant, in thousandths of a point; points go from 0 to 10.
pub type Rating = u32;

/// The most restaurants that a menu can have.
pub const MENU: usize = 64;

/// How an agent votes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Strategy {
    /// For what it proposes itself.
    Own,
    /// For the most popular proposal.
    Popular,
    /// For any of the proposals.
    Random,
    /// For the proposal that it rates highest.
    Utility,
    /// As the world outside says: a student's code, a language model.
    External,
}

impl Strategy {
    /// The words for them, as options write them.
    pub const WORDS: &'static [&'static str] = &["own", "popular", "random", "utility", "external"];
    const ALL: [Strategy; 5] =
        [Strategy::Own, Strategy::Popular, Strategy::Random, Strategy::Utility, Strategy::External];

    /// The strategy of this name.
    pub fn parse(word: &str) -> Option<Strategy> {
        Self::WORDS.iter().position(|known| *known == word).map(|place| Self::ALL[place])
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// What an agent does to its preference after a round without consensus.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Change {
    /// Nothing.
    Stubborn,
    /// It takes over what got the most votes.
    Conform,
    /// It moves its ratings half way to the mean of the ratings that it heard (DeGroot 1974).
    Average,
}

impl Change {
    /// The words for them, as options write them.
    pub const WORDS: &'static [&'static str] = &["stubborn", "conform", "average"];
    const ALL: [Change; 3] = [Change::Stubborn, Change::Conform, Change::Average];

    /// The change of this name.
    pub fn parse(word: &str) -> Option<Change> {
        Self::WORDS.iter().position(|known| *known == word).map(|place| Self::ALL[place])
    }
}

/// The vote of an agent: `own` is what it proposes itself, `proposals` what it heard, in the order of the agents'
/// numbers and its own included, `ratings` how it likes each restaurant of the menu, `draw` 64 random bits.
///
/// Ties go to the restaurant that was proposed by the agent with the lowest number. With no proposal at hand, and for
/// [`Strategy::External`], there is no vote.
pub fn vote(
    strategy: Strategy,
    own: Place,
    proposals: &[Option<Place>],
    ratings: &[Rating],
    draw: u64,
) -> Option<Place> {
    match strategy {
        Strategy::Own => Some(own),
        Strategy::Popular => most_popular(proposals),
        Strategy::Random => {
            let count = proposals.iter().flatten().count() as u64;
            proposals.iter().flatten().nth(below(draw, count) as usize).copied()
        }
        Strategy::Utility => highest_rated(proposals, ratings),
        Strategy::External => None,
    }
}

fn most_popular(proposals: &[Option<Place>]) -> Option<Place> {
    let mut counts = [0u8; MENU];
    for &place in proposals.iter().flatten() {
        counts[place as usize] += 1;
    }
    first_best(proposals, |place| counts[place as usize])
}

fn highest_rated(proposals: &[Option<Place>], ratings: &[Rating]) -> Option<Place> {
    first_best(proposals, |place| ratings[place as usize])
}

/// The best proposal; of equally good ones the first.
fn first_best<T: Ord>(proposals: &[Option<Place>], good: impl Fn(Place) -> T) -> Option<Place> {
    let mut best = None;
    for &place in proposals.iter().flatten() {
        if best.is_none_or(|best| good(place) > good(best)) {
            best = Some(place);
        }
    }
    best
}

/// The preference after conforming: what has more votes than anything else. With a tie at the top the agent keeps its own.
pub fn conform(own: Place, tally: &[u16]) -> Place {
    let (leader, votes, second) = leading(tally);
    if votes > second { leader } else { own }
}

/// The restaurant with the most votes (the first on the menu of several), its votes, and those of the next one.
pub fn leading(tally: &[u16]) -> (Place, u16, u16) {
    let (mut leader, mut best, mut second) = (0, 0, 0);
    for (place, &votes) in tally.iter().enumerate() {
        if votes > best {
            (leader, second, best) = (place as Place, best, votes);
        } else if votes > second {
            second = votes;
        }
    }
    (leader, best, second)
}

/// Moves ratings half way to the mean of the ratings heard, one's own among them; rounds down to a thousandth of a point.
/// `sums` are the sums over all that were heard, restaurant by restaurant, and `heard` is how many these were.
pub fn average(ratings: &mut [Rating], sums: &[u64], heard: u64) {
    if heard == 0 {
        return;
    }
    for (rating, sum) in ratings.iter_mut().zip(sums) {
        *rating = ((u64::from(*rating) * heard + sum) / (2 * heard)) as Rating;
    }
}

/// The restaurant that is rated highest; of several the one preferred so far, else the first on the menu.
pub fn favourite(ratings: &[Rating], own: Place) -> Place {
    let mut best = own;
    for (place, &rating) in ratings.iter().enumerate() {
        if rating > ratings[best as usize] {
            best = place as Place;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROPOSALS: [Option<Place>; 5] = [Some(2), Some(0), None, Some(0), Some(2)];
    const RATINGS: [Rating; 3] = [4_000, 9_000, 4_000];

    fn vote_with(strategy: Strategy, draw: u64) -> Option<Place> {
        vote(strategy, 1, &PROPOSALS, &RATINGS, draw)
    }

    #[test]
    fn ties_go_to_the_proposal_of_the_lowest_numbered_agent() {
        assert_eq!(vote_with(Strategy::Popular, 0), Some(2), "two each: agent 1 proposed it");
        assert_eq!(vote_with(Strategy::Utility, 0), Some(2), "rated alike, and 1 was not proposed");
    }

    #[test]
    fn the_own_favourite_needs_no_proposal_and_the_outside_no_function() {
        assert_eq!(vote_with(Strategy::Own, 0), Some(1));
        assert_eq!(vote_with(Strategy::External, 0), None);
        for strategy in [Strategy::Popular, Strategy::Random, Strategy::Utility] {
            assert_eq!(vote(strategy, 1, &[None, None], &RATINGS, 9), None);
        }
    }

    #[test]
    fn a_random_vote_weighs_each_proposal_alike() {
        let votes = |place| {
            (0..10_000)
                .filter(|&i| vote_with(Strategy::Random, crate::kernel::hash::draw(1, 1, i)) == Some(place))
                .count()
        };
        assert!((4_800..5_200).contains(&votes(0)) && votes(0) + votes(2) == 10_000, "{} of 10000", votes(0));
    }

    #[test]
    fn conforming_needs_a_clear_lead() {
        assert_eq!(conform(2, &[1, 3, 1]), 1);
        assert_eq!(conform(2, &[2, 2, 1]), 2, "a tie moves nobody");
        assert_eq!(leading(&[2, 5, 3]), (1, 5, 3));
    }

    #[test]
    fn averaging_brings_ratings_together_and_may_change_the_favourite() {
        let mut mine = [10_000, 0, 7_000];
        let others = [[10_000, 0, 7_000], [0, 10_000, 8_000], [1_000, 9_000, 9_000]];
        let sums: Vec<u64> = (0..3).map(|r| others.iter().map(|other| u64::from(other[r])).sum()).collect();
        average(&mut mine, &sums, 3);
        assert_eq!(mine, [6_833, 3_166, 7_500]);
        assert_eq!(favourite(&mine, 0), 2);
        assert_eq!(favourite(&[5, 5], 1), 1, "of equals it keeps its own");
    }
}
