import { officeScenes } from './scenes-office.mjs';
import { toolScenes } from './scenes-tools.mjs';

/** Opens the nth record of a list, on a card or in the grid. */
export const openRecord = async (page, phone, object, n = 0) => {
  await (phone ? page.locator('.kd-card').nth(n) : page.locator('.kd-grid-body .kd-grid-first').nth(n)).click({ position: { x: 30, y: 12 } });
  await page.waitForURL(new RegExp(`o/${object}/.`));
  await page.waitForTimeout(900);
};
const reveal = async (page, t) => { await page.getByRole('button', { name: t('masked.reveal'), exact: true }).first().click(); await page.waitForTimeout(250); };
const menu = async (page, t) => { await page.locator('.kd-page-header').getByRole('button', { name: t('common.more') }).click(); await page.waitForTimeout(200); };
const WIDE = ['wide'];
const failing = (state) => { state.fails = 9; return () => { state.fails = 0; }; };
const slow = (page) => page.route(/\/records\/.*query/, () => undefined);
const slowRecord = (page) => page.route(/\/records\/account\/[0-9a-f-]{20}/, () => undefined);
const setupRoute = (page) => page.route('**/api/v1/setup', (route) => route.fulfill({ contentType: 'application/json', body: JSON.stringify(route.request().method() === 'GET' ? { needed: true, recovery_kit_confirmed: false } : { totp: { secret: 'JBSW Y3DP EHPK 3PXP JBSW Y3DP', uri: 'otpauth://totp/Kedun:admin.li?secret=JBSWY3DPEHPK3PXPJBSWY3DP&issuer=Kedun' }, recovery_kit: 'KEDUN-1 7Q2F-9XKD-41MP-ZT8C\nR6WV-J3NB-5HYA-8GEL\n2C9T-UXQ4-MKD7-PF1S' }) }));
const tab = (key) => async (page, { t, phone }) => { await openRecord(page, phone, 'contact'); await page.getByRole('tab', { name: t(key) }).click(); await page.waitForTimeout(600); };

/**
 * The places and states of which pictures are taken. `real` scenes can also be taken of a running
 * server, `as` names the role that looks.
 */
export const scenes = [
  ...officeScenes,
  ...toolScenes,
  { name: 'sign-in', path: '/sign-in', signedIn: false, real: true },
  { name: 'sign-in-wrong', path: '/sign-in', signedIn: false, act: async (page) => { await page.locator('.kd-signin input').first().fill('wangxm'); await page.locator('.kd-signin input[type=password]').fill('wrong'); await page.locator('.kd-signin button[type=submit]').click(); await page.waitForTimeout(400); } },
  { name: 'sign-in-code', path: '/sign-in', signedIn: false, act: async (page) => { await page.locator('.kd-signin input').first().fill('wangxm'); await page.locator('.kd-signin input[type=password]').fill('totp'); await page.locator('.kd-signin button[type=submit]').click(); await page.waitForTimeout(400); } },
  { name: 'sign-in-empty', path: '/sign-in', signedIn: false, act: async (page) => { await page.locator('.kd-signin button[type=submit]').click(); await page.waitForTimeout(300); } },
  { name: 'sign-in-often', path: '/sign-in', signedIn: false, act: async (page) => { await page.locator('.kd-signin input').first().fill('wangxm'); await page.locator('.kd-signin input[type=password]').fill('often'); await page.locator('.kd-signin button[type=submit]').click(); await page.waitForTimeout(400); } },
  { name: 'sign-in-recovery', path: '/sign-in', signedIn: false, act: async (page) => { await page.locator('.kd-signin input').first().fill('wangxm'); await page.locator('.kd-signin input[type=password]').fill('totp'); await page.locator('.kd-signin button[type=submit]').click(); await page.locator('.kd-signin .kd-button-link').first().click(); await page.locator('.kd-otp input').fill('7'); await page.locator('.kd-signin button[type=submit]').click(); await page.waitForTimeout(400); } },
  { name: 'join', path: '/join#invented-token', signedIn: false },
  { name: 'join-broken', path: '/join', signedIn: false },
  { name: 'setup', path: '/setup#invented-token', signedIn: false, route: setupRoute },
  { name: 'setup-kit', path: '/setup#invented-token', signedIn: false, route: setupRoute, act: async (page) => {
    const inputs = page.locator('.kd-signin input');
    for (const [n, text] of ['山河仪器', '李管理', 'admin.li', 'plum-7-cart-lamp'].entries()) await inputs.nth(n).fill(text);
    await page.locator('.kd-signin button[type=submit]').click();
    await page.locator('.kd-kit').waitFor();
    await page.waitForTimeout(700);
  } },
  { name: 'list', path: '/o/contact', real: true },
  { name: 'list-accounts', path: '/o/account', real: true },
  { name: 'list-leads', path: '/o/lead', real: true },
  { name: 'list-followups', path: '/o/follow_up', real: true },
  { name: 'list-deals', path: '/o/opportunity', real: true },
  { name: 'list-selected', path: '/o/opportunity', real: true, sizes: WIDE, act: async (page) => { for (const n of [1, 2, 4]) await page.locator('.kd-grid-body .kd-check').nth(n).click(); await page.locator('.kd-grid-row').nth(6).hover(); } },
  { name: 'list-none', path: '/o/contact?q=%E6%89%BE%E4%B8%8D%E5%88%B0%E7%9A%84%E4%BA%BA', real: true },
  { name: 'list-loading', path: '/o/contact', still: true, route: slow },
  { name: 'list-error', path: '/o/contact', prepare: failing },
  { name: 'list-denied', path: '/o/nothing', real: true },
  { name: 'not-found', path: '/nowhere', real: true },
  { name: 'filter', path: '/o/opportunity', real: true, act: async (page, { t }) => { await page.getByRole('button', { name: t('filter.button') }).click(); await page.waitForTimeout(300); await page.getByRole('button', { name: t('filter.addGroup') }).click(); await page.waitForTimeout(500); } },
  { name: 'columns', path: '/o/contact', real: true, sizes: WIDE, act: async (page, { t }) => { await page.getByRole('button', { name: t('grid.columns') }).click(); await page.waitForTimeout(200); } },
  { name: 'column-menu', path: '/o/account', real: true, sizes: WIDE, act: async (page) => { await page.locator('.kd-grid-head-cell').nth(2).hover(); await page.locator('.kd-grid-head-menu').nth(1).click(); await page.waitForTimeout(200); } },
  { name: 'cell-edit', path: '/o/opportunity', sizes: WIDE, real: true, act: async (page) => { await page.locator('.kd-grid-body [role=row]').nth(1).locator('.kd-grid-cell').nth(3).dblclick(); await page.waitForTimeout(700); } },
  { name: 'view-save', path: '/o/opportunity?sort=%5B%7B%22field%22%3A%22amount%22%2C%22descending%22%3Atrue%7D%5D', real: true, act: async (page, { t }) => { await page.locator('.kd-list-views').getByRole('button', { name: t('views.saveAs') }).click(); await page.waitForTimeout(400); } },
  { name: 'palette', path: '/o/contact', real: true, act: async (page) => { await page.keyboard.press('Control+k'); await page.keyboard.type('王'); await page.waitForTimeout(900); } },
  { name: 'palette-empty', path: '/o/contact', real: true, act: async (page) => { await page.keyboard.press('Control+k'); await page.waitForTimeout(500); } },
  { name: 'user-menu', path: '/o/contact', real: true, act: async (page) => { await page.locator('.kd-user').click(); await page.waitForTimeout(200); } },
  { name: 'record-account', path: '/o/account', real: true, act: async (page, { phone }) => { await openRecord(page, phone, 'account', 1); } },
  { name: 'record-contact', path: '/o/contact', real: true, act: async (page, { phone }) => { await openRecord(page, phone, 'contact'); } },
  { name: 'record-lead', path: '/o/lead', real: true, act: async (page, { phone }) => { await openRecord(page, phone, 'lead', 2); } },
  { name: 'record-deal', path: '/o/opportunity', real: true, act: async (page, { phone, t }) => { await openRecord(page, phone, 'opportunity', 2); if (phone) await page.getByRole('tab', { name: t('record.timeline') }).click(); await page.getByPlaceholder(t('composer.placeholder')).fill('x'); await page.waitForTimeout(500); } },
  { name: 'record-followup', path: '/o/follow_up', real: true, act: async (page, { phone }) => { await openRecord(page, phone, 'follow_up'); } },
  { name: 'record-menu', path: '/o/contact', real: true, act: async (page, { phone, t }) => { await openRecord(page, phone, 'contact'); await menu(page, t); } },
  { name: 'record-field', path: '/o/contact', real: true, sizes: WIDE, act: async (page, { phone }) => { await openRecord(page, phone, 'contact'); await page.locator('.kd-fieldrow').nth(1).hover(); await page.locator('.kd-fieldrow-edit').first().click({ force: true }); await page.waitForTimeout(500); } },
  { name: 'record-edit', path: '/o/account', real: true, act: async (page, { phone, t }) => { await openRecord(page, phone, 'account', 1); await page.locator('.kd-page-header').getByRole('button', { name: t('common.edit') }).click(); await page.waitForTimeout(700); } },
  { name: 'record-delete', path: '/o/account', real: true, act: async (page, { phone, t, language }) => { await openRecord(page, phone, 'account', 1); await menu(page, t); await page.getByRole('menuitem', { name: t('record.delete', { name: language === 'en' ? 'account' : '客户' }) }).click(); await page.waitForTimeout(300); } },
  { name: 'record-loading', path: '/o/account', still: true, route: slowRecord, act: async (page, { phone }) => { await (phone ? page.locator('.kd-card').first() : page.locator('.kd-grid-body .kd-grid-first').first()).click({ position: { x: 30, y: 12 } }); } },
  { name: 'record-missing', path: '/o/contact/0193a000-0000-7000-8000-0000000fffff', real: true },
  { name: 'reveal', path: '/o/contact', real: true, act: async (page, { phone, t }) => { await openRecord(page, phone, 'contact'); await reveal(page, t); await page.locator('.kd-reveal [role=radio]').first().click(); } },
  { name: 'revealed', path: '/o/contact', real: true, act: async (page, { phone, t }) => { await openRecord(page, phone, 'contact'); await reveal(page, t); await page.locator('.kd-reveal [role=radio]').first().click(); await page.getByRole('button', { name: t('masked.show'), exact: true }).click(); await page.waitForTimeout(700); } },
  { name: 'record-history', path: '/o/contact', real: true, act: tab('record.history') },
  { name: 'record-looks', path: '/o/contact', real: true, act: tab('record.looks') },
  { name: 'record-sharing', path: '/o/contact', real: true, act: tab('record.sharing') },
  { name: 'explain', path: '/o/contact', real: true, act: async (page, { phone, t }) => { await openRecord(page, phone, 'contact'); await menu(page, t); await page.getByRole('menuitem', { name: t('explain.open') }).click(); await page.waitForTimeout(900); } },
  { name: 'create', path: '/o/contact?new=1', real: true, act: async (page, { language }) => { await page.waitForTimeout(700); await page.locator('.kd-dialog-body').getByLabel(language === 'en' ? 'Mobile' : '手机', { exact: true }).fill('13800000000'); await page.waitForTimeout(900); } },
  { name: 'create-errors', path: '/o/account?new=1', real: true, act: async (page, { t }) => { await page.waitForTimeout(700); await page.locator('.kd-dialog-foot').getByRole('button', { name: t('record.create'), exact: true }).click(); await page.waitForTimeout(700); } },
  // What the documents show.
  { name: 'picture-record', path: '/', real: 'only', act: async (page, { t }) => { await page.locator('.kd-due-row').first().click(); await page.waitForURL(/o\/\w+\/./); await page.waitForTimeout(1200); await reveal(page, t); await page.locator('.kd-reveal [role=radio]').first().click(); await page.waitForTimeout(200); } },
  { name: 'picture-import', path: '/import/contact', real: 'only', act: async (page) => {
    const rows = [['欧阳晓晨', '成都启明仪器有限公司', '13900137731', 'ouyang@qiming.example', '采购经理', '展位登记时要了报价单'], ['司马知远', '苏州恒达物流有限公司', '13900137742', 'sima@hengda.example', '总经理', '下周二回访'], ['诸葛文静', '杭州云图软件有限公司', '13900137753', '', '技术总监', ''], ['上官子涵', '南京华瑞医疗有限公司', '13900137764', 'shangguan@huarui.example', '运营总监', '已加微信']];
    const csv = ['姓名,公司名称,手机号,邮箱,职务,备注', ...rows.map((row) => row.join(','))].join('\n');
    await page.setInputFiles('input[type=file]', { name: '2026 工博会名单.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.waitForURL(/import=/);
    await page.waitForTimeout(1200);
  } },
  { name: 'reauth', path: '/o/contact', act: async (page) => { await page.route(/\/api\/v1\/(?!session)/, (route) => route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"code":"unauthenticated","title":"x","status":401}' })); await page.locator('.kd-list-search input, .kd-list-tools input').first().fill('a'); await page.waitForTimeout(900); } },
];
