//! Places: regions, dialling codes, streets.

use crate::draw::Draw;

/// A city with its province, districts and dialling code.
pub(crate) struct City {
    pub(crate) province: &'static str,
    pub(crate) name: &'static str,
    pub(crate) districts: &'static [&'static str],
    pub(crate) code: &'static str,
}

const fn city(
    province: &'static str,
    name: &'static str,
    districts: &'static [&'static str],
    code: &'static str,
) -> City {
    City { province, name, districts, code }
}

pub(crate) const CITIES: &[City] = &[
    city("北京市", "北京", &["朝阳区", "海淀区", "丰台区"], "010"),
    city("上海市", "上海", &["浦东新区", "徐汇区", "闵行区"], "021"),
    city("广东省", "深圳", &["南山区", "福田区", "宝安区"], "0755"),
    city("广东省", "广州", &["天河区", "越秀区", "番禺区"], "020"),
    city("浙江省", "杭州", &["西湖区", "滨江区", "余杭区"], "0571"),
    city("江苏省", "南京", &["玄武区", "江宁区", "鼓楼区"], "025"),
    city("江苏省", "苏州", &["吴中区", "虎丘区", "姑苏区"], "0512"),
    city("四川省", "成都", &["武侯区", "高新区", "锦江区"], "028"),
    city("湖北省", "武汉", &["洪山区", "江汉区", "武昌区"], "027"),
    city("重庆市", "重庆", &["渝北区", "江北区", "九龙坡区"], "023"),
    city("天津市", "天津", &["和平区", "南开区", "滨海新区"], "022"),
    city("陕西省", "西安", &["雁塔区", "碑林区", "未央区"], "029"),
    city("山东省", "青岛", &["市南区", "崂山区", "黄岛区"], "0532"),
    city("山东省", "济南", &["历下区", "市中区", "槐荫区"], "0531"),
    city("辽宁省", "大连", &["中山区", "沙河口区", "甘井子区"], "0411"),
    city("辽宁省", "沈阳", &["和平区", "沈河区", "铁西区"], "024"),
    city("福建省", "厦门", &["思明区", "湖里区", "集美区"], "0592"),
    city("浙江省", "宁波", &["鄞州区", "海曙区", "江北区"], "0574"),
    city("湖南省", "长沙", &["岳麓区", "芙蓉区", "雨花区"], "0731"),
    city("河南省", "郑州", &["金水区", "二七区", "中原区"], "0371"),
    city("安徽省", "合肥", &["蜀山区", "包河区", "庐阳区"], "0551"),
    city("云南省", "昆明", &["五华区", "盘龙区", "官渡区"], "0871"),
    city("江西省", "南昌", &["东湖区", "红谷滩区", "青山湖区"], "0791"),
    city("吉林省", "长春", &["朝阳区", "南关区", "净月区"], "0431"),
    city("广西壮族自治区", "南宁", &["青秀区", "西乡塘区", "兴宁区"], "0771"),
    city("广东省", "佛山", &["顺德区", "南海区", "禅城区"], "0757"),
    city("广东省", "东莞", &["南城街道", "松山湖", "长安镇"], "0769"),
    city("江苏省", "无锡", &["滨湖区", "梁溪区", "新吴区"], "0510"),
];
const STREETS: &[&str] = &[
    "人民路",
    "中山路",
    "建设大道",
    "科技园路",
    "解放路",
    "创业大道",
    "和平街",
    "文化路",
    "滨江大道",
    "兴业路",
    "学府路",
    "工业园东路",
    "迎宾大道",
    "高新五路",
    "长江路",
    "星湖街",
    "软件大道",
    "金融街",
];
const BUILDINGS: &[&str] = &["国际大厦", "科技园", "创新中心", "广场", "商务楼", "产业园", "中心"];
const ENGLISH_STREETS: &[&str] = &[
    "Station Road",
    "Market Street",
    "King Street",
    "Harbour Drive",
    "Mill Lane",
    "Park Avenue",
    "Bridge Street",
];
const ENGLISH_CITIES: &[(&str, &str)] = &[
    ("Singapore", "+65 6"),
    ("London", "+44 20 7946 "),
    ("Hamburg", "+49 40 "),
    ("Melbourne", "+61 3 "),
    ("Toronto", "+1 416 "),
    ("Dublin", "+353 1 "),
];

/// Where somebody is.
pub(crate) struct Place {
    /// The key of the province, or `overseas`.
    pub(crate) region: &'static str,
    pub(crate) address: String,
    /// A landline number as people write it.
    pub(crate) phone: String,
}

/// Draws a place in a city of the list, or abroad when there is none.
pub(crate) fn place(draw: &mut Draw, city: Option<usize>) -> Place {
    match city.and_then(|city| CITIES.get(city)) {
        Some(city) => chinese_place(draw, city),
        None => english_place(draw),
    }
}

fn chinese_place(draw: &mut Draw, city: &City) -> Place {
    let district = draw.pick(city.districts);
    let (street, number) = (draw.pick(STREETS), 1 + draw.below(899));
    let room = if draw.percent(60) {
        format!("{}{}座{}室", draw.pick(BUILDINGS), draw.pick(&["A", "B", "C"]), 201 + draw.below(2_800))
    } else {
        String::new()
    };
    let local = if city.code.len() == 3 {
        20_000_000 + draw.below(69_999_999)
    } else {
        80_000_000 + draw.below(9_999_999)
    };
    let province = if city.province.trim_end_matches('市') == city.name { "" } else { city.province };
    Place {
        region: province_key(city.province),
        address: format!("{province}{}市{district}{street}{number}号{room}", city.name),
        phone: format!("{}-{local}", city.code),
    }
}

fn english_place(draw: &mut Draw) -> Place {
    let (city, code) = draw.pick(ENGLISH_CITIES);
    let (number, street) = (1 + draw.below(240), draw.pick(ENGLISH_STREETS));
    Place {
        region: "overseas",
        address: format!("{number} {street}, {city}"),
        phone: format!("{code}{:03} {:04}", draw.below(1_000), draw.below(10_000)),
    }
}

/// The key of a province of the list.
fn province_key(province: &str) -> &'static str {
    match province {
        "北京市" => "beijing",
        "上海市" => "shanghai",
        "广东省" => "guangdong",
        "浙江省" => "zhejiang",
        "江苏省" => "jiangsu",
        "四川省" => "sichuan",
        "湖北省" => "hubei",
        "重庆市" => "chongqing",
        "天津市" => "tianjin",
        "陕西省" => "shaanxi",
        "山东省" => "shandong",
        "辽宁省" => "liaoning",
        "福建省" => "fujian",
        "湖南省" => "hunan",
        "河南省" => "henan",
        "安徽省" => "anhui",
        "云南省" => "yunnan",
        "江西省" => "jiangxi",
        "吉林省" => "jilin",
        "广西壮族自治区" => "guangxi",
        _ => "overseas",
    }
}
