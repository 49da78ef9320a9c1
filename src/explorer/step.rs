//! One step of a schedule, so that it can be taken in another run in which messages have other numbers.

use crate::kernel::{Action, DynWorld, FlightKey, MessageId, NodeId, Pick, Script, Selector, Trace};

/// One step.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// What is done. A message is named by its number in the run in which the step was found.
    pub action: Action,
    /// Which message it is about, for other runs.
    pub about: Option<FlightKey>,
    /// How the choices of its handlers fell, where a script made them.
    pub answers: Vec<u64>,
}

impl Step {
    /// An action about no message.
    pub fn of(action: Action) -> Self {
        Step { action, about: None, answers: Vec::new() }
    }

    /// What is done with a message in flight.
    pub fn about(world: &DynWorld, id: MessageId, action: impl FnOnce(Pick) -> Action) -> Self {
        Step { about: world.flight_key(id), ..Step::of(action(Pick::Id(id))) }
    }

    /// The action in another run: about the same message; where there is none and `loose`, about one of the same kind on the
    /// same link. `None` where there is no such message.
    pub fn there(&self, world: &DynWorld, loose: bool) -> Option<Action> {
        let Some(key) = &self.about else { return Some(self.action.clone()) };
        let id = Pick::Id(world.find_flight(key, loose)?);
        Some(match &self.action {
            Action::Deliver(_) => Action::Deliver(id),
            Action::Drop(_) => Action::Drop(id),
            Action::Duplicate(_) => Action::Duplicate(id),
            Action::Lie { lie, nth, .. } => Action::Lie { lie: *lie, nth: *nth, pick: id },
            other => other.clone(),
        })
    }

    /// Takes the step in a world, if it is possible there; gives it as it was taken.
    pub fn take(&self, world: &mut DynWorld, loose: bool) -> Option<Step> {
        let action = self.there(world, loose)?;
        let about = match &action {
            Action::Deliver(Pick::Id(id)) | Action::Drop(Pick::Id(id)) | Action::Duplicate(Pick::Id(id)) => Some(*id),
            Action::Lie { pick: Pick::Id(id), .. } => Some(*id),
            _ => None,
        };
        let about = about.and_then(|id| world.flight_key(id));
        if !self.answers.is_empty() {
            world.set_script(Some(Script::new(self.answers.clone())));
        }
        let done = world.act(&action, &mut Trace::forgetful());
        world.set_script(None);
        done.ok()?;
        Some(Step { action, about, answers: self.answers.clone() })
    }

    /// Whether it does something of the same kind: lets a timer run out, delivers a message.
    pub fn is_like(&self, other: &Step) -> bool {
        std::mem::discriminant(&self.action) == std::mem::discriminant(&other.action)
    }

    /// Whom it makes a liar: one that is turned, or that tells a lie.
    pub fn liar(&self) -> Option<NodeId> {
        match (&self.action, &self.about) {
            (Action::Byzantine { replica: Selector::Node(node), .. }, _) => Some(*node),
            (Action::Lie { .. }, Some(told)) => Some(told.from),
            _ => None,
        }
    }

    /// Whether it names a replica beyond these.
    pub fn names_beyond(&self, replicas: usize) -> bool {
        let beyond = |node: NodeId| !node.is_client() && node.number() > replicas;
        let selected = |selector: &Selector| matches!(selector, Selector::Node(node) if beyond(*node));
        let message = self.about.is_some_and(|key| beyond(key.from) || beyond(key.to));
        message
            || match &self.action {
                Action::Request { to, .. } => to.as_ref().is_some_and(selected),
                Action::Crash(node) | Action::Restart { replica: node, .. } | Action::Fire { node, .. } => {
                    selected(node)
                }
                Action::Byzantine { replica, .. } => selected(replica),
                _ => false,
            }
    }
}
