//! The equations of a large swarm (Pais et al. 2013), in whole numbers.

use super::HoneyBees;
use super::site::{ONE, Site};
use crate::kernel::{WHOLE, prelude::*};

/// The boxes that are up, and how the shares of bees that are committed to them change:
/// ẏ = v u − y/v + v y u − σ y z, with the share u of bees without a box and the share z of those at other boxes.
pub(super) fn population(cluster: &Cluster<'_, HoneyBees>) -> Option<Population> {
    let up = |client: &NodeId| Some((*client, i128::from(cluster.client(*client)?.quality?.0)));
    let boxes: Vec<_> = NodeId::clients(crate::kernel::MOST_CLIENTS).filter_map(|client| up(&client)).collect();
    if boxes.is_empty() {
        return None;
    }
    let groups = boxes.iter().map(|(client, _)| (client.number() as u64, Site::of(*client).to_string())).collect();
    let config = cluster.config();
    let (sigma, forgets) = (i128::from(config.stop_rate.0), i128::from(config.giving_up));
    let (one, whole) = (i128::from(ONE), i128::from(WHOLE));
    let slope = move |shares: &[i64]| {
        let all = shares.iter().map(|share| i128::from(*share)).sum::<i128>();
        let searching = (whole - all).max(0);
        let change = |(share, (_, quality)): (&i64, &(NodeId, i128))| {
            let share = i128::from(*share);
            let joined = quality * searching * (whole + share) / whole / one;
            let given_up = forgets * share * one / quality;
            let stopped = sigma * share * (all - share) / whole / one;
            (joined - given_up - stopped) as i64
        };
        shares.iter().zip(&boxes).map(change).collect()
    };
    Some(Population { unit: config.unit, groups, slope: Box::new(slope) })
}
