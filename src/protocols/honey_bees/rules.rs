//! The transitions of the model, as pseudo-code and as sentences.

use super::site::{Rate, Site};
use crate::kernel::descriptor::rules::Many;
use crate::kernel::prelude::*;

const MODEL: &str = "Pais et al. 2013; Reina et al. 2015";
const STOP: &str = "Seeley et al. 2012";
const QUORUM: &str = "Seeley, Visscher 2003";
const OURS: &str = "beyond the papers";

rules! {
    "a bee without a box" {
        HearOfBox { site: Site } "hear-of-box" OURS
            "a new box: it can be found from now on"
            => "From now on, bee {me} can find box {site}.";
        Find { site: Site } "find" MODEL
            "at rate v of each box: find it; fly there"
            => "Bee {me} finds box {site} by itself and goes in to look at it.";
        Recruited { from: NodeId, site: Site, copies: bool } "recruited" MODEL
            "if it has no box and sees a dance: fly to that box"
            => "Bee {me} follows the dance of bee {from} to box {site}, to look at it for itself."
               with { from, site },
               "Bee {me} takes bee {from}'s word for box {site}, and dances for it without ever having been there: a bug is switched on." if copies;
        NotRecruited { from: NodeId, site: Site } "not-recruited" MODEL
            "if it has a box or is on its way: nothing"
            => "Bee {me} has a box already, so the dance of bee {from} for box {site} changes nothing.";
    }
    "at a box" {
        Commit { site: Site, quality: Rate, count: u32 } "commit" MODEL
            "judge the box; come home and dance for it"
            => "Bee {me} judges the quality of box {site} to be {quality}, sees {bees} there, and comes home to dance for it."
               with { site, quality, bees: Many(count.into(), "bee") };
        #[milestone] Quorum { site: Site, count: u32 } "quorum" QUORUM
            "if Q bees are there: decide; pipe to all"
            => "Bee {me} sees {bees} at box {site}: a quorum. It decides for this box and pipes to all others."
               so "so many bees really were there" by "quorum-present"
               with { bees: Many(count.into(), "bee"), site };
        TooLate { site: Site } "too-late" OURS
            "if it is no longer on its way there: leave"
            => "Bee {me} sees box {site} too late: it has turned elsewhere.";
        Return { site: Site } "return" OURS
            "if it sees no box for a unit of time: come home"
            => "Bee {me} looks for box {site} in vain and comes home.";
    }
    "a bee with a box" {
        Dance { site: Site, to: NodeId } "dance" MODEL
            "at rate v: dance for it before another bee"
            => "Bee {me} performs a waggle dance for box {site} in front of bee {to}.";
        GiveUp { site: Site } "give-up" MODEL
            "at rate 1/v: give it up"
            => "Bee {me} gives up box {site} by itself. Without this, a poor box that was found first would never be forgotten.";
        Signal { site: Site, to: NodeId } "signal" STOP
            "at rate σ: give another bee a stop signal"
            => "Bee {me}, which is for box {site}, gives bee {to} a stop signal.";
        Stopped { from: NodeId, own: Site, theirs: Site } "stopped" STOP
            "on a stop signal of another box: give up"
            => "Bee {me} stops dancing for box {own}: bee {from}, which is for box {theirs}, has given it a stop signal.",
               "Bee {me} stops dancing for box {own} after a stop signal of bee {from}, although that bee is for the same box: a bug is switched on." if own == theirs;
        NotStopped { from: NodeId } "not-stopped" STOP
            "on a stop signal of the same box, or without a box: nothing"
            => "The stop signal of bee {from} changes nothing for bee {me}, which is for the same box or for none.";
    }
    "on piping" {
        #[milestone] Piped { from: NodeId, site: Site } "piped" QUORUM
            "decide for that box"
            => "Bee {me} hears bee {from} pipe for box {site}, and decides for it."
               so "no bee decides for another box" by "agreement";
        PipedAgain { from: NodeId, site: Site } "piped-again" OURS
            "if it has decided: nothing"
            => "Bee {me} has decided already, so the piping of bee {from} for box {site} changes nothing.";
        PipeTo { from: NodeId, site: Site } "pipe-to" OURS
            "if another still dances or stops: pipe to it"
            => "Bee {me} has decided for box {site}, and pipes to bee {from}, which is still busy.";
    }
    "after a crash" {
        Resume "resume" OURS
            "it has no box; it is no longer where it was"
            => "Bee {me} is back, without a box. Whatever it danced for is forgotten.";
    }
    "a box" {
        PutUp { site: Site, quality: Rate } "put-up" OURS
            "a client puts up a box: scouts can find it"
            => "Box {site} is put up by client {me}, with quality {quality}.";
        Enter { site: Site, from: NodeId, count: u32 } "enter" OURS
            "a bee comes in: it sees how good the box is, and who is there"
            => "Bee {from} comes into box {site} of client {me}: {bees} there now." with { from, site, bees: Many(count.into(), "bee") };
        Leave { site: Site, from: NodeId, count: u32 } "leave" OURS
            "a bee gives the box up: it does not count any more"
            => "Bee {from} leaves box {site} of client {me}: {bees} there now." with { from, site, bees: Many(count.into(), "bee") };
        #[milestone] MoveIn { site: Site } "move-in" QUORUM
            "the swarm comes"
            => "The swarm moves into box {site} of client {me}.";
    }
}
