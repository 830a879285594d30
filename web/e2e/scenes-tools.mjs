/** Pictures of imports, the bin, the account and the status. */
const file = { name: '展会名单.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b') };
const upload = async (page) => {
  await page.setInputFiles('input[type=file]', file);
  await page.waitForURL(/import=/);
  await page.waitForTimeout(700);
};
const toSource = async (page) => {
  await upload(page);
  await page.locator('.kd-map-alert button').first().click();
  await page.locator('.kd-import-foot .kd-button-primary').click();
  await page.waitForTimeout(300);
};
const toCheck = async (page) => {
  await toSource(page);
  await page.locator('.kd-import-step input').first().fill('2026 上海工博会展位登记');
  await page.locator('.kd-import-bases label').first().click();
  await page.locator('.kd-import-foot .kd-button-primary').click();
};
const toRun = async (page) => {
  await toCheck(page);
  await page.waitForSelector('.kd-tally', { timeout: 9000 });
  await page.locator('.kd-import-foot .kd-button-primary').click();
  await page.waitForTimeout(2600);
};
const enrolling = (state) => {
  const before = { factors: state.factors, must: state.must };
  Object.assign(state, { factors: { totp: { enrolled: false, at: null }, recovery_codes_left: 0, required: true }, must: ['enrol_totp', 'change_password'] });
  return () => Object.assign(state, before);
};
export const toolScenes = [
  { name: 'imports', path: '/imports', real: true },
  { name: 'import-1-upload', path: '/import/contact', real: true },
  { name: 'import-1-refused', path: '/import/contact', act: async (page) => { await page.setInputFiles('input[type=file]', { name: '名片.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') }); await page.waitForTimeout(500); } },
  { name: 'import-2-mapping', path: '/import/contact', act: upload },
  { name: 'import-2-mapping-end', path: '/import/contact', act: async (page) => { await upload(page); await page.locator('.kd-import-main').evaluate((box) => box.scrollTo(0, box.scrollHeight)); } },
  { name: 'import-3-source', path: '/import/contact', act: toSource },
  { name: 'import-4-check', path: '/import/contact', act: async (page) => { await toCheck(page); await page.waitForSelector('.kd-tally', { timeout: 9000 }); await page.waitForTimeout(400); } },
  { name: 'import-5-run', path: '/import/contact', act: toRun },
  { name: 'import-6-done', path: '/import/contact', act: async (page) => { await toRun(page); await page.waitForSelector('.kd-done', { timeout: 40000 }); await page.waitForTimeout(300); } },
  { name: 'import-7-undo', path: '/imports', act: async (page, { t }) => { await page.getByRole('link', { name: '2026-秋季客户大会.xlsx' }).click(); await page.waitForTimeout(500); await page.getByRole('button', { name: t('imports.undo.action') }).click(); await page.waitForTimeout(300); } },
  { name: 'import-8-failed', path: '/imports', act: async (page) => { await page.getByRole('link', { name: '旧系统联系人.xlsx' }).click(); await page.waitForTimeout(600); } },
  { name: 'import-9-missing', path: '/import/contact?import=0' },
  { name: 'bin', path: '/bin', real: true },
  { name: 'bin-selected', path: '/bin', sizes: ['wide'], act: async (page) => { await page.locator('.kd-grid-body .kd-check').nth(1).click(); await page.locator('.kd-grid-body .kd-check').nth(2).click(); await page.locator('.kd-grid-row').nth(4).hover(); } },
  { name: 'account', path: '/account', real: true },
  { name: 'account-must', path: '/account', prepare: enrolling },
  { name: 'account-enrol', path: '/account', prepare: enrolling, act: async (page) => { await page.locator('#account-factor .kd-button-primary').click(); await page.waitForTimeout(900); } },
  { name: 'account-codes', path: '/account', prepare: enrolling, act: async (page) => { await page.locator('#account-factor .kd-button-primary').click(); await page.waitForTimeout(700); await page.locator('.kd-enrol input').fill('123456'); await page.locator('.kd-enrol .kd-button-primary').click(); await page.waitForTimeout(500); } },
  { name: 'account-replace', path: '/account', act: async (page, { t }) => { await page.locator('#account-factor').getByRole('button', { name: t('account.replace.open') }).click(); await page.waitForTimeout(300); } },
  { name: 'account-replaced', path: '/account', act: async (page, { t }) => { await page.locator('#account-factor').getByRole('button', { name: t('account.replace.open') }).click(); await page.locator('.kd-replace input').fill('123456'); await page.locator('.kd-replace button[type=submit]').click(); await page.waitForTimeout(900); } },
  { name: 'account-password', path: '/account', act: async (page) => { await page.locator('#account-password button').first().click(); const inputs = page.locator('#account-password input[type=password]'); await inputs.nth(0).fill('old password of mine'); await inputs.nth(1).fill('green tea'); await inputs.nth(2).fill('green te_'); } },
  { name: 'settings', path: '/settings', as: 'system_admin', real: true },
];
