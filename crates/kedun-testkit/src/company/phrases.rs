//! What people write: sentences put together from our own tables.

use crate::draw::Draw;

const OPENINGS: [(&str, &[&str], &[&str]); 6] = [
    (
        "phone",
        &["电话联系客户，", "上午通了电话，", "回访电话接通，", "下午打过去，对方正在开会，晚些时候回电，"],
        &["Called the customer. ", "Returned their call. ", "Reached them on the second attempt. "],
    ),
    (
        "visit",
        &["上门拜访，", "到客户现场走访，", "与技术同事一起拜访，", "顺路拜访客户工厂，"],
        &["Visited them on site. ", "Met at their office. ", "Toured the plant with our engineer. "],
    ),
    (
        "wechat",
        &["微信沟通，", "在微信上发了资料，", "微信回复较快，"],
        &["Chatted on WeChat. ", "Sent the brochure on WeChat. "],
    ),
    (
        "email",
        &["邮件发送方案，", "收到客户邮件，", "邮件确认了需求清单，"],
        &["Sent the proposal by e-mail. ", "Received their questions by e-mail. "],
    ),
    ("sms", &["短信提醒了会议时间，", "发短信确认到访，"], &["Confirmed the appointment by text message. "]),
    (
        "meeting",
        &["线上会议演示产品，", "召开项目沟通会，", "与采购和技术一起开会，"],
        &["Held a product demonstration. ", "Joint meeting with purchasing and engineering. "],
    ),
];
const FINDINGS: &[&str] = &[
    "客户对现有系统的查询速度不满意",
    "对方希望先试用一个月",
    "预算已经批下来，但要比较三家",
    "客户关心数据是否存放在自己机房",
    "决策人下周出差回来",
    "对方目前用表格管理客户，容易丢失记录",
    "采购流程需要总部盖章",
    "客户认可方案，价格希望再优惠百分之五",
    "技术部门要求提供接口文档",
    "客户提到竞争对手报价更低",
    "对方问到离职人员的权限如何收回",
    "客户希望年底前上线",
    "现阶段以了解产品为主",
    "客户已确认参数，等待合同模板",
    "对方对售后响应时间有要求",
    "新任负责人刚到岗，需要重新介绍",
    "客户准备扩建第二条产线，需求会增加",
    "对方要求签保密协议后再提供资料",
];
const FINDINGS_EN: &[&str] = &[
    "They are unhappy with how slow their current system is",
    "They would like a one-month trial first",
    "The budget is approved but three offers are required",
    "They want the data kept in their own server room",
    "The decision maker is back from a trip next week",
    "They keep customers in spreadsheets and lose history",
    "Head office must countersign the order",
    "They like the proposal but ask for five percent off",
    "Engineering asked for the interface documents",
    "They mentioned a lower offer from a competitor",
    "They asked how access is withdrawn when somebody leaves",
    "They aim to go live before the end of the year",
    "The specification is agreed; they wait for the contract template",
    "They expect a fixed response time for support",
];
const STEPS: &[&str] = &[
    "约定周四再次沟通",
    "下周提交正式报价",
    "安排技术同事做演示",
    "先寄送样品",
    "月底前跟进合同进度",
    "两周后再联系",
    "等客户内部评审结果",
    "准备一份同行业案例",
    "本周内补充资质文件",
    "约见对方负责人",
    "把修改后的方案发给对方",
    "提醒对方确认付款节点",
];
const STEPS_EN: &[&str] = &[
    "Next call on Thursday",
    "Will send a formal quote next week",
    "Arrange a demonstration with engineering",
    "Send samples first",
    "Check the contract before the month ends",
    "Contact again in two weeks",
    "Waiting for their internal review",
    "Prepare a reference case from the same industry",
    "Arrange a meeting with the head of department",
    "Send the revised proposal",
];
const PRODUCTS: &[(&str, &str)] = &[
    ("仓储管理系统", "warehouse management"),
    ("视频会议设备", "video conferencing"),
    ("数据分析平台", "data analysis platform"),
    ("自动化检测设备", "automatic inspection"),
    ("办公设备", "office equipment"),
    ("服务器扩容", "server extension"),
    ("年度维保服务", "annual maintenance"),
    ("安全改造", "security upgrade"),
    ("生产线改造", "production line refit"),
    ("培训服务", "training"),
    ("冷库设备", "cold store equipment"),
    ("门店管理系统", "shop management"),
];
const PROJECTS: &[(&str, &str)] = &[
    ("采购项目", "purchase"),
    ("一期项目", "phase one"),
    ("二期项目", "phase two"),
    ("续约", "renewal"),
    ("升级项目", "upgrade"),
    ("试点项目", "pilot"),
];
const AMOUNTS: &[(&str, &str)] = &[
    ("预计十台左右", "about ten units"),
    ("约五十个用户", "about fifty users"),
    ("三个厂区", "three sites"),
    ("先做一个部门", "one department to begin with"),
    ("全国二十家门店", "twenty shops"),
    ("数量待定", "quantity to be decided"),
];
const TIMES: &[(&str, &str)] = &[
    ("希望本季度完成", "to be done this quarter"),
    ("计划下半年启动", "starting in the second half"),
    ("时间较急", "rather urgent"),
    ("还在调研", "still comparing"),
    ("年度预算内", "within this year's budget"),
];
const ACCOUNT_NOTES: &[(&str, &str)] = &[
    ("付款习惯良好，账期三十天。", "Pays on time, thirty days."),
    ("决策链较长，需要提前准备材料。", "Long decision chain; prepare papers early."),
    ("集团客户，合同由总部签署。", "Part of a group; contracts are signed by head office."),
    ("去年参加过我们的客户日。", "Came to our customer day last year."),
    ("开票信息以邮件为准。", "Invoice details by e-mail only."),
    ("每年三月集中采购。", "Buys once a year in March."),
    ("仓库在外地，发货前先确认地址。", "The warehouse is elsewhere: confirm the address before shipping."),
    ("由老客户介绍。", "Introduced by an existing customer."),
];
const CONTACT_NOTES: &[(&str, &str)] = &[
    ("下午联系比较方便。", "Best reached in the afternoon."),
    ("喜欢先看书面资料。", "Prefers something in writing first."),
    ("对技术细节很熟悉。", "Knows the technical details well."),
    ("不接陌生电话，先发微信。", "Does not take unknown calls; write first."),
    ("负责预算，最终由总经理签字。", "Holds the budget; the managing director signs."),
    ("近期工作有调整，留意交接。", "Is changing roles; watch the handover."),
    ("普通话和英语都可以。", "Speaks Mandarin and English."),
    ("周五一般不在公司。", "Usually away on Fridays."),
];
const COMPETITORS: &[(&str, &str)] = &[
    ("启明软件", "Brightpath"),
    ("远景系统", "Farsight Systems"),
    ("本地集成商", "a local integrator"),
    ("客户自研", "an in-house build"),
    ("联合方案商", "a consortium"),
];
const LOST: &[(&str, &str)] = &[
    ("价格高于预算", "above their budget"),
    ("项目取消", "project cancelled"),
    ("选择了原有供应商", "stayed with their supplier"),
    ("交付周期不满足", "delivery too late"),
    ("功能不匹配", "features did not fit"),
    ("负责人变动，项目搁置", "on hold after a change of management"),
];
const DETAILS: &[(&str, &str, &str)] = &[
    ("event", "行业展会现场留资", "left a card at the trade fair"),
    ("event", "客户日报名", "signed up for the customer day"),
    ("referral", "老客户推荐", "recommended by a customer"),
    ("referral", "合作伙伴介绍", "introduced by a partner"),
    ("search_engine", "搜索“仓储管理”", "searched for warehouse management"),
    ("advertising", "行业杂志广告", "trade magazine"),
    ("online_signup", "官网试用申请", "trial request on the website"),
    ("online_inquiry", "官网在线咨询", "chat on the website"),
    ("email", "邮件询价", "asked for a price by e-mail"),
    ("phone", "来电咨询", "called the hotline"),
    ("cold_visit", "园区扫楼", "visited the business park"),
    ("promotion", "季度促销活动", "quarterly promotion"),
];

/// Writes what happened, what was found and often what comes next.
pub(super) fn follow_up(draw: &mut Draw, method: &str, english: bool) -> String {
    let opening = OPENINGS.iter().find(|o| o.0 == method);
    let (zh, en) = opening.map_or((&[][..], &[][..]), |o| (o.1, o.2));
    let both = draw.percent(35);
    let step = draw.percent(75);
    let mut text = draw.pick(if english { en } else { zh }).to_owned();
    let (findings, join, stop) = if english { (FINDINGS_EN, ". ", ". ") } else { (FINDINGS, "；", "。") };
    let first = draw.pick(findings);
    text.push_str(first);
    if both {
        let second = draw.pick(findings);
        if second != first {
            text.push_str(join);
            text.push_str(second);
        }
    }
    text.push_str(stop);
    if step {
        text.push_str(draw.pick(if english { STEPS_EN } else { STEPS }));
        text.push_str(stop);
    }
    text.truncate(text.trim_end().len());
    text
}

/// Writes what a lead needs.
pub(super) fn need(draw: &mut Draw, english: bool) -> String {
    let (product, amount, time) = (draw.pick(PRODUCTS), draw.pick(AMOUNTS), draw.pick(TIMES));
    if english {
        format!("Interested in {}, {}, {}.", product.1, amount.1, time.1)
    } else {
        format!("需要{}，{}，{}。", product.0, amount.0, time.0)
    }
}

/// Writes the name of a project.
pub(super) fn project(draw: &mut Draw, english: bool) -> String {
    let (product, project) = (draw.pick(PRODUCTS), draw.pick(PROJECTS));
    if english { format!("{} {}", product.1, project.1) } else { format!("{}{}", product.0, project.0) }
}

/// Writes where a lead came from, when there is more to say than the source.
pub(super) fn source_detail(draw: &mut Draw, source: &str, english: bool) -> Option<&'static str> {
    let fitting: Vec<(&str, &str)> = DETAILS.iter().filter(|d| d.0 == source).map(|d| (d.1, d.2)).collect();
    (!fitting.is_empty() && draw.percent(70)).then(|| language(draw.pick(&fitting), english))
}

/// Writes a note about a company.
pub(super) fn account_note(draw: &mut Draw, english: bool) -> &'static str {
    language(draw.pick(ACCOUNT_NOTES), english)
}

/// Writes a note about a person.
pub(super) fn contact_note(draw: &mut Draw, english: bool) -> &'static str {
    language(draw.pick(CONTACT_NOTES), english)
}

/// Names who else is asked.
pub(super) fn competitor(draw: &mut Draw, english: bool) -> &'static str {
    language(draw.pick(COMPETITORS), english)
}

/// Says why an opportunity was lost.
pub(super) fn lost_reason(draw: &mut Draw, english: bool) -> &'static str {
    language(draw.pick(LOST), english)
}

fn language((zh, en): (&'static str, &'static str), english: bool) -> &'static str {
    if english { en } else { zh }
}
