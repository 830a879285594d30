//! Names of companies, in Chinese and English.

use super::places::CITIES;
use crate::draw::{index_word, scatter};

const BRANDS: &[(&str, &str)] = &[
    ("华", "hua"),
    ("信", "xin"),
    ("盛", "sheng"),
    ("达", "da"),
    ("远", "yuan"),
    ("航", "hang"),
    ("恒", "heng"),
    ("瑞", "rui"),
    ("诚", "cheng"),
    ("博", "bo"),
    ("创", "chuang"),
    ("智", "zhi"),
    ("联", "lian"),
    ("鼎", "ding"),
    ("泰", "tai"),
    ("嘉", "jia"),
    ("禾", "he"),
    ("森", "sen"),
    ("源", "yuan"),
    ("景", "jing"),
    ("凯", "kai"),
    ("越", "yue"),
    ("宏", "hong"),
    ("图", "tu"),
    ("云", "yun"),
    ("启", "qi"),
    ("星", "xing"),
    ("辰", "chen"),
    ("海", "hai"),
    ("纳", "na"),
    ("百", "bai"),
    ("川", "chuan"),
    ("金", "jin"),
    ("石", "shi"),
    ("蓝", "lan"),
    ("天", "tian"),
    ("正", "zheng"),
    ("和", "he"),
    ("同", "tong"),
    ("益", "yi"),
    ("卓", "zhuo"),
    ("群", "qun"),
    ("众", "zhong"),
    ("优", "you"),
    ("欣", "xin"),
    ("荣", "rong"),
    ("锦", "jin"),
    ("程", "cheng"),
    ("永", "yong"),
    ("丰", "feng"),
    ("润", "run"),
    ("亿", "yi"),
    ("峰", "feng"),
    ("睿", "rui"),
    ("弘", "hong"),
    ("毅", "yi"),
    ("合", "he"),
    ("力", "li"),
    ("朗", "lang"),
    ("科", "ke"),
];
/// Line of business and the industry key it belongs to.
const BUSINESSES: &[(&str, &str)] = &[
    ("网络科技", "internet"),
    ("信息技术", "internet"),
    ("软件", "internet"),
    ("数据服务", "internet"),
    ("投资管理", "finance"),
    ("融资租赁", "finance"),
    ("置业", "real_estate"),
    ("物业服务", "real_estate"),
    ("企业管理咨询", "business_services"),
    ("人力资源服务", "business_services"),
    ("会展服务", "business_services"),
    ("国际物流", "logistics"),
    ("供应链管理", "logistics"),
    ("冷链运输", "logistics"),
    ("精密机械", "manufacturing"),
    ("电子", "manufacturing"),
    ("新材料", "manufacturing"),
    ("医疗器械", "manufacturing"),
    ("汽车零部件", "manufacturing"),
    ("食品", "manufacturing"),
    ("建筑设计院", "government"),
    ("文化传媒", "culture_media"),
    ("广告", "culture_media"),
    ("环保工程", "other"),
    ("农业发展", "other"),
    ("教育科技", "other"),
];
const FORMS: &[&str] = &["有限公司", "有限公司", "有限责任公司", "股份有限公司"];
const ENGLISH_FIRST: &[&str] = &[
    "North",
    "Clear",
    "Silver",
    "Bright",
    "Stone",
    "River",
    "Maple",
    "Harbour",
    "Summit",
    "Cedar",
    "Amber",
    "Falcon",
    "Orchard",
    "Granite",
    "Willow",
    "Beacon",
    "Copper",
    "Meadow",
    "Compass",
    "Lantern",
    "Juniper",
    "Pioneer",
    "Atlas",
    "Crescent",
    "Sterling",
    "Evergreen",
    "Horizon",
    "Keystone",
    "Redwood",
    "Windmill",
];
const ENGLISH_SECOND: &[&str] = &[
    "field", "bridge", "gate", "point", "ridge", "brook", "port", "wood", "line", "peak", "wave", "path",
    "works", "mark", "crest", "vale",
];
const ENGLISH_BUSINESSES: &[(&str, &str)] = &[
    ("Software", "internet"),
    ("Analytics", "internet"),
    ("Cloud Services", "internet"),
    ("Capital", "finance"),
    ("Insurance Brokers", "finance"),
    ("Properties", "real_estate"),
    ("Consulting", "business_services"),
    ("Freight", "logistics"),
    ("Shipping", "logistics"),
    ("Instruments", "manufacturing"),
    ("Components", "manufacturing"),
    ("Medical Devices", "manufacturing"),
    ("Media", "culture_media"),
    ("Publishing", "culture_media"),
    ("Energy", "other"),
    ("Foods", "manufacturing"),
];
const ENGLISH_FORMS: &[&str] = &["Ltd", "Inc.", "Co., Ltd.", "GmbH", "Pte. Ltd.", "Group"];

/// A company's name and what follows from it.
pub(crate) struct CompanyName {
    pub(crate) text: String,
    /// The short name in Latin letters, lower case.
    pub(crate) latin: String,
    pub(crate) industry: &'static str,
    pub(crate) english: bool,
    /// Where it is, as an index into the list of cities; none abroad.
    pub(crate) city: Option<usize>,
}

/// Returns the `n`th company name; different `n` give different names. One in six is English.
pub(crate) fn company(seed: u64, n: usize) -> CompanyName {
    let n = index_word(n);
    if scatter(seed, 0x6C61, n, 6 << 32).is_multiple_of(6) {
        english_company(seed, n)
    } else {
        chinese_company(seed, n)
    }
}

fn chinese_company(seed: u64, n: u64) -> CompanyName {
    let parts = [BRANDS.len(), BRANDS.len(), CITIES.len(), BUSINESSES.len()];
    let (at, round) = place(seed, n, &parts);
    let [first, second, city, business] = at;
    let (a, latin_a) = BRANDS.get(first).copied().unwrap_or_default();
    let (b, latin_b) = BRANDS.get(second).copied().unwrap_or_default();
    let (words, industry) = BUSINESSES.get(business).copied().unwrap_or_default();
    let city_name = CITIES.get(city).map_or("", |c| c.name);
    let form = FORMS.get((first + second + business) % FORMS.len()).copied().unwrap_or_default();
    // In the other half of the registrations the city stands in brackets behind the brand.
    let text = if (first + business) % 2 == 0 {
        format!("{city_name}{a}{b}{words}{round}{form}")
    } else {
        format!("{a}{b}{words}{round}（{city_name}）{form}")
    };
    CompanyName { text, latin: format!("{latin_a}{latin_b}"), industry, english: false, city: Some(city) }
}

fn english_company(seed: u64, n: u64) -> CompanyName {
    let parts = [ENGLISH_FIRST.len(), ENGLISH_SECOND.len(), ENGLISH_BUSINESSES.len(), ENGLISH_FORMS.len()];
    let (at, round) = place(seed, n, &parts);
    let [first, second, business, form] = at;
    let brand = [ENGLISH_FIRST.get(first), ENGLISH_SECOND.get(second)].into_iter().flatten().copied();
    let brand: String = brand.collect();
    let (words, industry) = ENGLISH_BUSINESSES.get(business).copied().unwrap_or_default();
    let form = ENGLISH_FORMS.get(form).copied().unwrap_or_default();
    let text = if round.is_empty() {
        format!("{brand} {words} {form}")
    } else {
        format!("{brand} {words} {round} {form}")
    };
    CompanyName { text, latin: brand.to_lowercase(), industry, english: true, city: None }
}

/// Spreads `n` over tables of the given lengths; the second part numbers the rounds after the first.
fn place(seed: u64, n: u64, lengths: &[usize; 4]) -> ([usize; 4], String) {
    let count = lengths.iter().map(|l| index_word(*l)).product::<u64>().max(1);
    let mut left = scatter(seed, 0x636F, n, count);
    let at = lengths.map(|length| {
        let length = index_word(length).max(1);
        let here = left % length;
        left /= length;
        usize::try_from(here).unwrap_or(0)
    });
    let round = n / count;
    (at, if round == 0 { String::new() } else { (round + 1).to_string() })
}
