//! Three parts in one order, and how far each was shown.

use std::collections::VecDeque;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kedun_model::{Error, Result};
use serde::{Deserialize, Serialize};

use super::{TimelineItem, TimelinePage};

/// After every version and every event, as far as a signed column counts.
const TOP: u64 = u64::MAX >> 1;

/// How far the timeline was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub limit: u32,
    /// When the first page was asked for: follow-ups made since would move the pages.
    pub top: i64,
    /// The version before which the history goes on.
    pub changes: Part<u64>,
    /// The page of follow-ups that is being shown, and how many of it were.
    pub follow_ups: Part<(Option<String>, usize)>,
    /// The event before which the reveals go on.
    pub reveals: Part<u64>,
}

/// One of the three, as long as it goes on.
pub type Part<T> = Option<T>;

impl Place {
    pub fn first(limit: u32, top: i64) -> Place {
        Place { limit, top, changes: Some(TOP), follow_ups: Some((None, 0)), reveals: Some(TOP) }
    }

    pub fn read(cursor: &str) -> Result<Place> {
        let invalid = || Error::invalid("cursor.invalid");
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok().ok_or_else(invalid)?;
        serde_json::from_slice(&bytes).ok().ok_or_else(invalid)
    }

    pub fn write(&self) -> Result<Option<String>> {
        if self.changes.is_none() && self.follow_ups.is_none() && self.reveals.is_none() {
            return Ok(None);
        }
        Ok(Some(URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).map_err(Error::internal)?)))
    }

    fn wanted(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }
}

/// A page of one of the three, the newest first; `more` says that pages follow.
#[derive(Debug, Default)]
pub struct Run<M> {
    pub items: VecDeque<Dated>,
    pub more: M,
}

/// An item, when it happened, and where its part goes on after it.
#[derive(Debug)]
pub struct Dated {
    pub at: i64,
    pub item: TimelineItem,
    /// The version or the event; nothing for a follow-up.
    pub mark: Option<u64>,
}

/// Merges a page of each part, the newest first, as far as it is sure what comes next.
///
/// # Errors
/// Fails when the cursor cannot be written (a defect).
pub fn merge(
    mut place: Place,
    mut changes: Run<bool>,
    mut follow_ups: Run<Option<String>>,
    mut reveals: Run<bool>,
) -> Result<TimelinePage> {
    let mut items = Vec::with_capacity(place.wanted());
    let mut told = 0;
    while items.len() < place.wanted() {
        // Beyond the end of a part's page only its next one knows what is newer.
        let ended = [
            changes.items.is_empty() && changes.more,
            follow_ups.items.is_empty() && follow_ups.more.is_some(),
            reveals.items.is_empty() && reveals.more,
        ];
        if ended.contains(&true) {
            break;
        }
        let head = |items: &VecDeque<Dated>| items.front().map(|dated| dated.at);
        // Of things at the same moment the first in this order comes first.
        let heads = [head(&follow_ups.items), head(&reveals.items), head(&changes.items)];
        let newest = heads.iter().flatten().max().copied();
        let from = match newest {
            None => break,
            newest if newest == head(&follow_ups.items) => &mut follow_ups.items,
            newest if newest == head(&reveals.items) => &mut reveals.items,
            _ => &mut changes.items,
        };
        let Some(dated) = from.pop_front() else { break };
        match (dated.item.kind, dated.mark) {
            ("follow_up", _) => told += 1,
            ("reveal", mark) => place.reveals = mark,
            (_, mark) => place.changes = mark,
        }
        items.push(dated.item);
    }
    if changes.items.is_empty() && !changes.more {
        place.changes = None;
    }
    if reveals.items.is_empty() && !reveals.more {
        place.reveals = None;
    }
    place.follow_ups = match place.follow_ups {
        Some((cursor, skip)) if !follow_ups.items.is_empty() => Some((cursor, skip + told)),
        Some(_) => follow_ups.more.map(|next| (Some(next), 0)),
        None => None,
    };
    Ok(TimelinePage { items, next: place.write()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::when;

    fn dated(kind: &'static str, at: i64, mark: Option<u64>) -> Dated {
        Dated { at, item: TimelineItem::new(kind, when::text(at), None), mark }
    }

    fn run<M>(items: Vec<Dated>, more: M) -> Run<M> {
        Run { items: items.into(), more }
    }

    fn kinds(page: &TimelinePage) -> Vec<(&'static str, String)> {
        page.items.iter().map(|i| (i.kind, i.at.clone())).collect()
    }

    #[test]
    fn three_parts_become_one_and_go_on_where_they_stopped() {
        let changes = || {
            vec![dated("change", 50, Some(3)), dated("change", 20, Some(2)), dated("created", 10, Some(1))]
        };
        let follow_ups = || vec![dated("follow_up", 60, None), dated("follow_up", 30, None)];
        let reveals = || vec![dated("reveal", 40, Some(9))];
        let first = merge(
            Place::first(4, 100),
            run(changes(), false),
            run(follow_ups(), None),
            run(reveals(), false),
        )
        .expect("merged");
        let expected: Vec<_> = [("follow_up", 60), ("change", 50), ("reveal", 40), ("follow_up", 30)]
            .map(|(k, at)| (k, when::text(at)))
            .into();
        assert_eq!(kinds(&first), expected);
        let place = Place::read(first.next.as_deref().expect("a cursor")).expect("reads");
        assert_eq!(place, Place { limit: 4, top: 100, changes: Some(3), follow_ups: None, reveals: None });
        let rest: Vec<Dated> = changes().into_iter().skip(1).collect();
        let second = merge(place, run(rest, false), Run::default(), Run::default()).expect("merged");
        let expected: Vec<_> = [("change", 20), ("created", 10)].map(|(k, at)| (k, when::text(at))).into();
        assert_eq!(kinds(&second), expected);
        assert_eq!(second.next, None);
    }

    #[test]
    fn what_was_not_reached_yet_is_not_taken_for_ended() {
        let place = Place::first(1, 100);
        let cursor = place.write().expect("written").expect("a cursor");
        assert_eq!(Place::read(&cursor).expect("reads"), place);
    }

    #[test]
    fn a_page_of_follow_ups_that_is_shown_in_part_is_asked_for_again() {
        let follow_ups =
            vec![dated("follow_up", 60, None), dated("follow_up", 30, None), dated("follow_up", 20, None)];
        let page =
            merge(Place::first(2, 100), Run::default(), run(follow_ups, Some("c".into())), Run::default())
                .expect("merged");
        let place = Place::read(page.next.as_deref().expect("a cursor")).expect("reads");
        assert_eq!(place.follow_ups, Some((None, 2)));
        let page = merge(
            place,
            Run::default(),
            run(vec![dated("follow_up", 20, None)], Some("c".into())),
            Run::default(),
        )
        .expect("merged");
        let place = Place::read(page.next.as_deref().expect("a cursor")).expect("reads");
        assert_eq!(place.follow_ups, Some((Some("c".into()), 0)));
    }

    #[test]
    fn a_made_up_cursor_is_refused() {
        for bad in ["", "x", "e30", "!!"] {
            assert_eq!(Place::read(bad).expect_err("refused").code, "cursor.invalid");
        }
    }
}
