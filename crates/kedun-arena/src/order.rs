//! Putting records in the order of a sealed field.

use crate::arena::RecordKey;
use crate::kind::TextKind;
use crate::rows::Rows;
use crate::secret::SecretBytes;
use crate::syllables::push_order_key;
use std::ops::Range;

/// Returns `ids` ordered by the text of a column, those without one last in either direction.
pub(crate) fn sorted(
    rows: &Rows,
    column: usize,
    kind: TextKind,
    ids: &[RecordKey],
    descending: bool,
) -> Vec<RecordKey> {
    // The keys are plaintext: they live in one buffer that is zeroed, not in a string each.
    let mut keys = SecretBytes::default();
    let mut present: Vec<(Range<usize>, RecordKey)> = Vec::with_capacity(ids.len());
    let mut missing = Vec::new();
    for &id in ids {
        let text = rows.find(id).map_or("", |(segment, slot)| segment.text(slot, column));
        if text.is_empty() {
            missing.push(id);
            continue;
        }
        let start = keys.len();
        if matches!(kind, TextKind::Name | TextKind::Text) {
            push_order_key(text, &mut |part| keys.extend(part));
            // Names that sound alike are told apart by their characters.
            keys.push(0);
        }
        keys.extend(text.as_bytes());
        present.push((start..keys.len(), id));
    }
    let key = |range: &Range<usize>| keys.as_slice().get(range.clone()).unwrap_or(&[]);
    present.sort_unstable_by(|(a, left), (b, right)| {
        let order = key(a).cmp(key(b));
        (if descending { order.reverse() } else { order }).then_with(|| left.cmp(right))
    });
    present.into_iter().map(|(_, id)| id).chain(missing).collect()
}
