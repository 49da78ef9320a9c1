//! What one decision costs in messages between replicas and in message delays, beside the formulas of the papers.

use crate::kernel::{MS, Time};
use crate::scenario::Session;

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Messages between different replicas.
    pub messages: u32,
    /// Message delays from the primary's first send to the decision at a replica.
    pub decision: Time,
    /// Message delays from the client's request to its answer.
    pub answer: Time,
}

/// What PBFT takes for one request at `replicas` replicas: 2n(n − 1) messages, 3 and 5 delays. Every message takes the
/// same time. Errors: a sentence.
pub fn pbft(replicas: usize) -> Result<Cost, String> {
    const DELAY: Time = 10 * MS;
    let text = format!(
        "protocol pbft\nreplicas {replicas}\nnetwork latency 10ms..10ms loss 0%\nat 0s request put x 1\nrun 90ms\n"
    );
    let mut session = Session::open(&text).map_err(|error| error.to_string())?;
    while session.world().counts().completed == 0 && !session.finished() {
        session.step();
    }
    let answered = session.world().now();
    session.finish();
    let decided = session.world().decisions().first().ok_or("nothing was decided")?.at;
    let sent = session.trace().messages.iter().find(|message| !message.from.is_client());
    let sent = sent.ok_or("nothing was sent")?.sent;
    Ok(Cost {
        messages: session.world().counts().between_replicas,
        decision: (decided - sent) / DELAY,
        answer: answered / DELAY,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pbft_costs_what_the_paper_says() {
        for (replicas, messages) in [(4, 24), (7, 84), (10, 180)] {
            assert_eq!(pbft(replicas), Ok(Cost { messages, decision: 3, answer: 5 }), "{replicas}");
        }
    }
}
