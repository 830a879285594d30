//! Recall over hidden numbers, silence over numbers of other kinds.

use super::*;

/// The kinds and texts found.
fn found(text: &str) -> Vec<(PersonalKind, String)> {
    scan(text).into_iter().map(|f| (f.kind, text[f.span].to_owned())).collect()
}

fn with_luhn(head: &str) -> String {
    (0..10).map(|last| format!("{head}{last}")).find(|number| luhn(number)).unwrap()
}

fn with_id_check(head: &str) -> String {
    "0123456789X".chars().map(|last| format!("{head}{last}")).find(|number| id_card_valid(number)).unwrap()
}

fn with_uscc_check(head: &str) -> String {
    "0123456789ABCDEFGHJKLMNPQRTUWXY"
        .chars()
        .map(|last| format!("{head}{last}"))
        .find(|code| uscc_valid(code))
        .unwrap()
}

#[test]
fn fifty_hidden_numbers_are_all_found() {
    use PersonalKind::{BankCard, Email, IdCard, Landline, Mobile, Passport, Uscc};
    let mut hidden: Vec<(PersonalKind, String)> = Vec::new();
    for (index, head) in
        ["11010119900307", "44030519851224", "31011519700101", "65010320001130", "51010719991231"]
            .iter()
            .enumerate()
    {
        hidden.push((IdCard, with_id_check(&format!("{head}{:03}", 123 + index * 77))));
    }
    let spaced = with_id_check("33010619880808456");
    hidden.push((IdCard, format!("{} {} {}", &spaced[..6], &spaced[6..14], &spaced[14..])));
    hidden.push((
        IdCard,
        (0..1000)
            .map(|n| with_id_check(&format!("32010619920229{n:03}")))
            .find(|n| n.ends_with('X'))
            .unwrap()
            .to_lowercase(),
    ));
    hidden.push((IdCard, "110101900307123".into()));
    hidden.push((IdCard, with_id_check("12010119900307551").chars().map(wide).collect()));
    for head in [
        "622202100111624570",
        "62170012100045678",
        "621226400001234567",
        "955880200112345678",
        "436742123456789012",
    ] {
        hidden.push((BankCard, with_luhn(head)));
    }
    for head in ["62284804012345678", "411111111111111", "555555555555444", "622588123456789"] {
        let card = with_luhn(head);
        let groups: Vec<&str> =
            (0..card.len()).step_by(4).map(|at| &card[at..(at + 4).min(card.len())]).collect();
        hidden.push((BankCard, groups.join(" ")));
        hidden.push((BankCard, groups.join("-")));
    }
    hidden.push((BankCard, with_luhn("37828224631000")));
    for number in [
        "13800138000",
        "19912345678",
        "+8613912345678",
        "8618612345678",
        "008617712345678",
        "+86 158 1234 5678",
        "+86-13612345678",
        "135-1234-5678",
        "147 1234 5678",
        "１３３１２３４５６７８",
        "166.1234.5678",
        "013512345678",
        "(86)13712345678",
        "1581 234 5678",
    ] {
        hidden.push((Mobile, number.into()));
    }
    for number in
        ["0755-88886666", "010 62345678", "(021)68881234", "02868881234", "+86 755 8888 6666", "0571-8765432"]
    {
        hidden.push((Landline, number.into()));
    }
    for address in ["zhang.san@example.com", "li_lei+crm@mail.example.com.cn", "A1@x-y.cn"] {
        hidden.push((Email, address.into()));
    }
    for head in ["91440300MA5XABCD1", "91110108551385082"] {
        hidden.push((Uscc, with_uscc_check(head)));
    }
    for number in ["E12345678", "EA1234567"] {
        hidden.push((Passport, number.into()));
    }
    assert!(hidden.len() >= 50, "only {} numbers", hidden.len());

    let notes = |kind: PersonalKind, number: &str| {
        let label = if kind == Passport { "护照" } else { "号码" };
        [
            format!("客户说{label}{number},下周三再联系,预算12万元。"),
            format!("2026-11-23 回访;{label}:{number}(本人)"),
            format!("order 2026112300012, {} {number}", if kind == Passport { "passport" } else { "no." }),
            format!("{label}\n{number}\n第二行"),
        ]
    };
    let mut missed = Vec::new();
    for (kind, number) in &hidden {
        for note in notes(*kind, number) {
            if !found(&note).iter().any(|(k, text)| k == kind && text == number) {
                missed.push((kind, note.clone(), found(&note)));
            }
        }
    }
    assert!(missed.is_empty(), "{} of {} missed: {missed:#?}", missed.len(), hidden.len() * 4);
}

fn wide(c: char) -> char {
    char::from_u32(u32::from(c) + 0xfee0).unwrap()
}

#[test]
fn numbers_of_other_kinds_are_left_alone() {
    let negatives = [
        "订单号 202611230000123456",
        "订单号:DD20261123000123",
        "单号 SF1380013800012",
        "XS-20261123-0001",
        "2026-11-23 14:30:55",
        "2026年11月23日至2027年1月3日",
        "20261123143055123",
        "时间戳 1764000000000",
        "时间戳 1764000000000000",
        "金额 1,234,567.89 元",
        "合同额 13800138000 元",
        "合同额¥13800138000",
        "13800138000.50",
        "0.13800138000",
        "比例 12.5%,数量 300",
        "版本 10.20.30.40",
        "IP 192.168.100.200",
        "ISBN 978-7-111-12345-6",
        "条码 6901234567892",
        "编号 113800138000",
        "编号 1380013800011",
        "编号 A13800138000",
        "编号_13800138000",
        "编号 13800138000_1",
        "编号 13800138000ABC",
        "物料 12345678901",
        "邮编 518000",
        "坐标 113.123456, 22.123456",
        "UUID 550e8400-e29b-41d4-a716-446655440000",
        "md5 d41d8cd98f00b204e9800998ecf8427e",
        "图 logo@2x.png",
        "微博 @kedun 关注",
        "user@localhost",
        "单价 3@5.00",
        "身份证 110101199003071234",
        "身份证 110101199013071239",
        "身份证 990101199003077758",
        "卡号 6222021001116245703",
        "卡号 1234567890123456",
        "卡 0000000000000000",
        "P20261123",
        "SKU E12345678 红色",
        "E1234567",
        "500 4000 3000",
        "12-34-56",
        "2026-0001-0002-0003",
        "电话 400-820-8820",
        "热线 95588",
        "尺寸 1200 800 750",
        "第 138 页 共 0013 页",
        "税率 6% 税额 1380.01",
        "0000-12345678",
    ];
    let mut wrong = Vec::new();
    for text in negatives {
        let hits = found(text);
        if !hits.is_empty() {
            wrong.push((text, hits));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn several_in_one_text_are_told_apart() {
    let text = "张三13800138000/13900139000,邮箱13700137000@163.com,座机0755-88886666-13600136000";
    let kinds: Vec<PersonalKind> = scan(text).into_iter().map(|f| f.kind).collect();
    use PersonalKind::{Email, Landline, Mobile};
    assert_eq!(kinds, [Mobile, Mobile, Email, Landline, Mobile]);
}

#[test]
fn time_is_proportional_to_the_text() {
    // Inputs that would make a careless matcher look at everything again at each place.
    for piece in ["1 ", "138 ", "4-", "a@", "6222 ", "1.", "@", "E1", "０１ "] {
        let text = piece.repeat(100_000);
        assert!(scan(&text).len() < 100_000);
    }
}

#[test]
fn spans_lie_on_characters() {
    use proptest::prelude::*;
    let mut runner = proptest::test_runner::TestRunner::default();
    let strategy = "([0-9０-９ .+()@a-zA-Z中_-]|138|6222|0755|86){0,60}";
    runner
        .run(&strategy.prop_map(String::from), |text| {
            let mut last = 0;
            for finding in scan(&text) {
                prop_assert!(text.get(finding.span.clone()).is_some());
                prop_assert!(finding.span.start >= last && finding.span.end > finding.span.start);
                last = finding.span.end;
            }
            Ok(())
        })
        .unwrap();
}
