//! The words that people head their columns with.

/// Fields that a word may mean, the most likely first: `object.field`, or `*.field` for every object.
pub(super) struct Words {
    pub fields: &'static [&'static str],
    pub words: &'static [&'static str],
}

/// Words in the form of [`super::suggest::plain`]: lower case, no spaces or signs.
pub(super) const WORDS: &[Words] = &[
    Words {
        fields: &["account.name", "lead.name", "*.account"],
        words: &[
            "公司", "公司名称", "公司名", "客户", "客户名称", "客户名", "客户全称", "企业", "企业名称", "单位",
            "单位名称", "机构名称", "所属公司", "所属客户", "关联客户", "抬头", "company", "companyname", "account",
            "accountname", "customer", "customername", "organization", "organisation", "employer", "client",
        ],
    },
    Words {
        fields: &["contact.name", "lead.contact_name", "*.contact"],
        words: &[
            "姓名", "联系人", "联系人姓名", "联系人名称", "名字", "称呼", "客户姓名", "name", "fullname", "contact",
            "contactname", "contactperson", "person",
        ],
    },
    Words { fields: &["*.name"], words: &["名称", "标题", "主题", "商机", "商机名称", "线索", "线索名称", "项目名称", "subject", "deal", "dealname", "opportunity", "leadname", "project"] },
    Words {
        fields: &["*.mobile", "*.phone"],
        words: &[
            "手机", "手机号", "手机号码", "移动电话", "电话号码", "联系电话", "联系方式", "联系手机", "mobile",
            "mobileno", "mobilenumber", "mobilephone", "cell", "cellphone", "cellphonenumber", "手机1",
        ],
    },
    Words {
        fields: &["*.phone", "*.mobile"],
        words: &[
            "电话", "座机", "固定电话", "固话", "公司电话", "办公电话", "单位电话", "phone", "phonenumber", "tel",
            "telephone", "telephonenumber", "landline", "officephone", "workphone",
        ],
    },
    Words {
        fields: &["*.email"],
        words: &["邮箱", "电子邮箱", "电子邮件", "邮件", "邮箱地址", "email", "emailaddress", "mail", "e邮箱"],
    },
    Words { fields: &["*.wechat"], words: &["微信", "微信号", "wechat", "wechatid", "weixin"] },
    Words {
        fields: &["*.id_no"],
        words: &["身份证", "身份证号", "身份证号码", "证件号", "证件号码", "idcard", "idno", "idnumber", "identitycard"],
    },
    Words {
        fields: &["*.uscc"],
        words: &[
            "统一社会信用代码", "信用代码", "社会信用代码", "税号", "纳税人识别号", "uscc", "taxid", "taxno",
            "taxnumber", "creditcode", "unifiedsocialcreditcode", "vat", "vatnumber",
        ],
    },
    Words { fields: &["*.title"], words: &["职务", "职位", "岗位", "头衔", "title", "jobtitle", "position", "role"] },
    Words { fields: &["*.department"], words: &["部门", "所在部门", "department", "dept"] },
    Words { fields: &["*.gender"], words: &["性别", "gender", "sex"] },
    Words { fields: &["*.birthday"], words: &["生日", "出生日期", "出生年月", "birthday", "birthdate", "dateofbirth", "dob"] },
    Words {
        fields: &["*.address"],
        words: &["地址", "详细地址", "公司地址", "联系地址", "通讯地址", "address", "street", "streetaddress"],
    },
    Words { fields: &["*.region"], words: &["地区", "区域", "省份", "省", "省市", "城市", "所在地区", "region", "province", "city", "state"] },
    Words { fields: &["*.website"], words: &["网址", "网站", "官网", "公司网址", "website", "url", "homepage", "web"] },
    Words { fields: &["*.industry"], words: &["行业", "所属行业", "行业类别", "industry", "sector"] },
    Words { fields: &["*.scale"], words: &["规模", "人员规模", "公司规模", "员工数", "size", "employees", "companysize"] },
    Words { fields: &["*.level"], words: &["级别", "客户级别", "等级", "客户等级", "level", "grade", "rating", "tier"] },
    Words { fields: &["*.type"], words: &["类型", "客户类型", "客户性质", "type", "category"] },
    Words { fields: &["*.source"], words: &["来源", "客户来源", "线索来源", "商机来源", "渠道", "source", "leadsource", "channel"] },
    Words { fields: &["*.status"], words: &["状态", "线索状态", "status"] },
    Words { fields: &["*.stage"], words: &["阶段", "商机阶段", "销售阶段", "stage", "salesstage", "pipelinestage"] },
    Words { fields: &["*.amount"], words: &["金额", "商机金额", "合同金额", "预计金额", "成交金额", "amount", "value", "dealvalue", "price"] },
    Words {
        fields: &["*.expected_close"],
        words: &["预计成交日期", "预计成交时间", "预计签约日期", "成交日期", "closedate", "expectedclose", "expectedclosedate"],
    },
    Words { fields: &["*.win_rate"], words: &["赢率", "成功率", "概率", "probability", "winrate"] },
    Words { fields: &["*.competitor"], words: &["竞争对手", "竞品", "competitor"] },
    Words { fields: &["*.need", "*.note"], words: &["需求", "需求描述", "客户需求", "need", "needs", "requirement", "requirements"] },
    Words { fields: &["*.content", "*.note"], words: &["内容", "跟进内容", "跟进记录", "content", "text"] },
    Words { fields: &["*.at"], words: &["时间", "跟进时间", "日期", "time", "date", "at"] },
    Words { fields: &["*.next_at"], words: &["下次跟进时间", "下次联系时间", "nextfollowup", "nextcontact"] },
    Words { fields: &["*.method"], words: &["方式", "跟进方式", "method"] },
    Words {
        fields: &["*.note", "*.content"],
        words: &["备注", "说明", "描述", "附注", "note", "notes", "remark", "remarks", "comment", "comments", "description"],
    },
];
