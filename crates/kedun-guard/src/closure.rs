//! Trees of units and of reporting lines. Data with a circle in it is cut, never followed round.

/// A forest over dense indexes.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    parent: Vec<Option<usize>>,
    children: Vec<Vec<usize>>,
}

impl Tree {
    /// The forest of these parents. Of each circle the member with the smallest index loses its parent.
    pub(crate) fn new(mut parent: Vec<Option<usize>>) -> Tree {
        #[derive(Clone, Copy, PartialEq)]
        enum Seen {
            No,
            Now,
            Before,
        }
        let count = parent.len();
        let mut seen = vec![Seen::No; count];
        for start in 0..count {
            let mut walk = Vec::new();
            let mut at = Some(start);
            while let Some(i) = at {
                match seen.get(i) {
                    Some(Seen::No) => {
                        set(&mut seen, i, Seen::Now);
                        walk.push(i);
                        at = parent.get(i).copied().flatten();
                    }
                    Some(Seen::Now) => {
                        let circle = walk.iter().copied().skip_while(|x| *x != i);
                        if let Some(smallest) = circle.min() {
                            set(&mut parent, smallest, None);
                        }
                        at = None;
                    }
                    Some(Seen::Before) | None => at = None,
                }
            }
            for i in walk {
                set(&mut seen, i, Seen::Before);
            }
        }
        let mut children = vec![Vec::new(); count];
        for (child, above) in parent.iter().enumerate() {
            if let Some(list) = above.and_then(|p| children.get_mut(p)) {
                list.push(child);
            }
        }
        Tree { parent, children }
    }

    pub(crate) fn parent(&self, i: usize) -> Option<usize> {
        self.parent.get(i).copied().flatten()
    }

    pub(crate) fn children(&self, i: usize) -> &[usize] {
        self.children.get(i).map_or(&[], Vec::as_slice)
    }

    /// The node and all below it, ascending.
    pub(crate) fn below(&self, root: usize) -> Vec<usize> {
        let mut marked = vec![false; self.parent.len()];
        let mut stack = vec![root];
        while let Some(i) = stack.pop() {
            set(&mut marked, i, true);
            stack.extend_from_slice(self.children(i));
        }
        marked.iter().enumerate().filter(|(_, m)| **m).map(|(i, _)| i).collect()
    }

    /// The nodes from the top down to `i`.
    pub(crate) fn path(&self, i: usize) -> Vec<usize> {
        let mut path = vec![i];
        let mut at = i;
        while let Some(above) = self.parent(at) {
            path.push(above);
            at = above;
        }
        path.reverse();
        path
    }

    /// How many steps `low` lies below `high`; 0 for itself.
    pub(crate) fn depth(&self, high: usize, low: usize) -> Option<usize> {
        let mut at = low;
        let mut steps = 0;
        loop {
            if at == high {
                return Some(steps);
            }
            at = self.parent(at)?;
            steps += 1;
        }
    }

    /// Every pair of a node and a node at or below it, with the number of steps.
    pub(crate) fn closure(&self) -> Vec<(usize, usize, usize)> {
        let mut pairs = Vec::new();
        for low in 0..self.parent.len() {
            for (steps, high) in self.path(low).into_iter().rev().enumerate() {
                pairs.push((high, low, steps));
            }
        }
        pairs.sort_unstable();
        pairs
    }
}

fn set<T>(list: &mut [T], i: usize, value: T) {
    if let Some(slot) = list.get_mut(i) {
        *slot = value;
    }
}
