//! Puts together what clients asked and were told, for the chart of their histories.

use super::types::number;
use super::types::*;
use crate::checker::{self, History, Lane};
use crate::kernel::{EventId, NodeId};
use crate::scenario::Session;

/// How many operations are shown, and judged once more, at most.
const MOST_OPERATIONS: usize = 400;
/// How many steps that may take for each register.
const STEPS: u32 = 4_000_000;

/// What clients asked and were told, with an order that explains it or the operation that nothing explains.
pub fn history(session: &Session) -> HistoryView {
    let world = session.world();
    let mut history = History::of(world);
    history.keep_last(MOST_OPERATIONS);
    let judgements = history.judge(!session.scenario().setup().disks.is_empty(), STEPS);
    let by_event = world.network().manual;
    let when = |event: u32| {
        let found = session.trace().event(EventId(event))?;
        Some(if by_event { f64::from(event) } else { number(found.at) })
    };
    let mut points = vec![None; history.operations.len()];
    for judgement in &judgements {
        let mut last = 0.0_f64;
        for &place in &judgement.order {
            last = last.max(when(history.operations[place].start).unwrap_or_default());
            points[place] = Some(last);
        }
    }
    let stuck: Vec<_> = judgements.iter().filter_map(|judgement| judgement.stuck).collect();
    let operation = |(place, lane): (usize, &Lane)| OperationView {
        client: lane.id.client.to_string(),
        command: lane.command.clone(),
        key: lane.access.as_ref().map(|access| access.key.to_string()).unwrap_or_default(),
        start: lane.start,
        start_at: when(lane.start).unwrap_or_default(),
        end: lane.end,
        end_at: when(lane.end),
        told: lane.told.as_ref().map(|told| told.to_string()),
        point: points[place],
        stuck: stuck.contains(&place),
    };
    let span = |span: &checker::Span| SpanView {
        node: span.node.map(|node| node.to_string()),
        fault: span.fault,
        start_at: when(span.start).unwrap_or_default(),
        end_at: when(span.end),
    };
    HistoryView {
        clients: (1..=world.clients()).map(|client| NodeId::client(client).to_string()).collect(),
        operations: history.operations.iter().enumerate().map(operation).collect(),
        spans: history.spans.iter().map(span).collect(),
        keys: judgements.iter().map(|one| KeyView { key: one.key.to_string(), verdict: one.verdict }).collect(),
        cut: history.cut > 0,
        by_event,
        undecided: world.observer().and_then(|watch| watch.undecided()).map_or(0, |event| event.0),
    }
}
