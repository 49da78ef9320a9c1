//! What the page shows of a bee.

use super::bee::Stance;
use super::nest_box::NestBox;
use super::site::{Rate, Site};
use super::{Config, HoneyBees, mean_field};
use crate::kernel::prelude::*;

/// The roles.
#[derive(Role, Clone, Copy)]
pub enum Role {
    /// Has no box: it searches, and follows any dance.
    #[role(Follow)]
    Searching,
    /// Is on its way to a box.
    #[role(Follow)]
    Flying,
    /// Dances for a box, and stops those who dance for another.
    #[role(Contend)]
    Dancing,
    /// Has decided on a home.
    #[role(Done)]
    Decided,
}

/// The fields of a view.
#[derive(View)]
pub struct Shown {
    /// The box that it dances for, or flies to.
    site: Option<Site>,
    /// How good it has found that box to be.
    judged: Option<Rate>,
    /// How many visits it has begun.
    visits: u32,
    /// The home that it has decided on.
    home: Option<Site>,
}

/// Where a bee stands, what it thinks of that, and its role.
fn stands(Glance { state, disk, .. }: Glance<'_, HoneyBees>) -> (Option<Site>, Option<Rate>, Role) {
    let stance = state.map_or(Stance::Uncommitted, |state| state.stance);
    match (disk.home, stance) {
        (Some(home), _) => (Some(home), None, Role::Decided),
        (None, Stance::Committed(site, judged)) => (Some(site), Some(judged), Role::Dancing),
        (None, Stance::Flying(site)) => (Some(site), None, Role::Flying),
        (None, Stance::Uncommitted) => (None, None, Role::Searching),
    }
}

impl Explain for HoneyBees {
    type Role = Role;
    type Shown = Shown;

    /// Its epoch is the number of the box that it is for, or 0.
    fn status(bee: Glance<'_, Self>) -> Status {
        let (site, _, role) = stands(bee);
        let site = site.filter(|_| !matches!(role, Role::Flying));
        Status::new(&role, site.map_or(0, |site| site.0.into()))
    }

    fn view(bee: Glance<'_, Self>, view: &mut ReplicaView) {
        let (site, judged, role) = stands(bee);
        view.committed = u64::from(bee.disk.home.is_some());
        view.add(&Shown { site, judged, visits: bee.disk.visits, home: bee.disk.home });
        let Some(site) = site.filter(|_| !matches!(role, Role::Flying)) else { return };
        let status = if bee.disk.home.is_some() { CellStatus::Committed } else { CellStatus::Pending };
        view.badge(&site);
        view.value(site.0.into(), site.0.into(), &site, status);
    }

    fn population(cluster: &Cluster<'_, Self>) -> Option<Population> {
        mean_field::population(cluster)
    }

    fn view_client(_: &Config, nest: &NestBox) -> String {
        match nest.quality {
            Some(quality) if nest.taken => format!("quality {quality}, taken"),
            Some(quality) => format!("quality {quality}, {} here", nest.here),
            None => "no box".into(),
        }
    }
}
