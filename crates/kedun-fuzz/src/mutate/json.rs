//! Changes of a tree of JSON behind a first line.

use serde_json::{Map, Value, json};

use super::bytes;
use crate::Random;

/// Changes one or some places of the tree.
pub fn mutate(input: &[u8], other: &[u8], words: &[&str], random: &mut Random) -> Vec<u8> {
    let (mut line, Some(mut tree)) = split(input) else { return bytes::mutate(input, other, words, random) };
    let piece = split(other).1.unwrap_or(Value::Null);
    for _ in 0..1 + random.below(4) {
        let count = size(&tree);
        let at = random.below(count);
        let from = random.below(size(&piece));
        let given = place(&piece, from).cloned().unwrap_or(Value::Null);
        if let Some(place) = place_mut(&mut tree, at) {
            change(place, given, words, random);
        }
    }
    if random.chance(10) {
        line =
            (*random.pick(&["account", "contact", "lead", "opportunity", "follow_up", "nothing"])).to_owned();
    }
    format!("{line}\n{tree}").into_bytes()
}

fn split(input: &[u8]) -> (String, Option<Value>) {
    let text = String::from_utf8_lossy(input);
    let (line, json) = text.split_once('\n').unwrap_or(("contact", &text));
    (line.to_owned(), serde_json::from_str(json).ok())
}

fn size(tree: &Value) -> usize {
    1 + match tree {
        Value::Array(values) => values.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

fn children(tree: &Value) -> Vec<&Value> {
    match tree {
        Value::Array(values) => values.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => Vec::new(),
    }
}

fn place(tree: &Value, mut at: usize) -> Option<&Value> {
    if at == 0 {
        return Some(tree);
    }
    at -= 1;
    for child in children(tree) {
        let count = size(child);
        if at < count {
            return place(child, at);
        }
        at -= count;
    }
    None
}

fn place_mut(tree: &mut Value, mut at: usize) -> Option<&mut Value> {
    if at == 0 {
        return Some(tree);
    }
    at -= 1;
    let children: Vec<&mut Value> = match tree {
        Value::Array(values) => values.iter_mut().collect(),
        Value::Object(members) => members.values_mut().collect(),
        _ => Vec::new(),
    };
    for child in children {
        let count = size(child);
        if at < count {
            return place_mut(child, at);
        }
        at -= count;
    }
    None
}

fn change(place: &mut Value, given: Value, words: &[&str], random: &mut Random) {
    let old = place.take();
    let word = |random: &mut Random| (*random.pick(words)).to_owned();
    *place = match random.below(12) {
        0 => {
            let mut nested = old;
            let deep = if random.chance(10) { 300 } else { 5 };
            for _ in 0..1 + random.below(deep) {
                nested = match random.below(3) {
                    0 => json!({ "not": nested }),
                    1 => json!({ "and": [nested] }),
                    _ => json!({ "or": [nested] }),
                };
            }
            nested
        }
        1 => {
            let parts = vec![old; 1 + random.below(60)];
            json!({ *random.pick(&["and", "or"]): parts })
        }
        2 => json!({ "field": word(random), "op": word(random), "value": old }),
        3 => given,
        4 => leaf(words, random),
        5 => Value::Array((0..random.below(5)).map(|_| leaf(words, random)).collect()),
        6 => Value::Array(vec![leaf(words, random); random.below(600)]),
        7 => match old {
            Value::Object(mut members) => {
                members.insert(word(random), given);
                Value::Object(members)
            }
            Value::Array(mut values) => {
                values.push(given);
                Value::Array(values)
            }
            other => Value::Array(vec![other, given]),
        },
        8 => match old {
            Value::Object(mut members) => {
                let keys: Vec<String> = members.keys().cloned().collect();
                if let Some(key) = keys.get(random.below(keys.len())) {
                    members.shift_remove(key);
                }
                Value::Object(members)
            }
            Value::Array(mut values) => {
                values.pop();
                Value::Array(values)
            }
            _ => Value::Null,
        },
        9 => json!({ "relative": word(random), "n": random.number() >> random.below(64) }),
        10 => match old {
            Value::Object(members) => members
                .into_iter()
                .map(|(key, value)| (if random.chance(30) { word(random) } else { key }, value))
                .collect::<Map<String, Value>>()
                .into(),
            Value::String(_) => Value::String(word(random)),
            other => other,
        },
        _ => Value::String(word(random) + &word(random)),
    };
}

fn leaf(words: &[&str], random: &mut Random) -> Value {
    match random.below(9) {
        0 => Value::Null,
        1 => json!(random.chance(50)),
        2 => json!(random.number() >> random.below(64)),
        3 => json!(i64::MIN),
        4 => json!(0.5),
        5 => Value::String("x".repeat(random.below(5_000))),
        6 => Value::String("6f1c2c1e-77a1-4e0e-9f0e-1a2b3c4d5e6f".to_owned()),
        _ => Value::String((*random.pick(words)).to_owned()),
    }
}
