/** Pictures of the start page and of the pages of the offices. */
const asAuditor = (state) => { state.as = { roles: [{ code: 'auditor', zh: '审计员', en: 'Auditor' }], capabilities: ['evidence_read', 'evidence_export', 'roles_read', 'explain_others', 'directory_read', 'people_manage', 'settings_manage'], objects: [] }; return () => { state.as = undefined; }; };
const asSales = (state) => { state.as = { roles: [{ code: 'sales', zh: '销售', en: 'Sales' }], capabilities: ['directory_read'] }; return () => { state.as = undefined; }; };
const asNobody = (state) => { state.as = { roles: [], capabilities: [], objects: [] }; return () => { state.as = undefined; }; };
const openEvent = async (page, n = 0) => { await page.locator('.kd-event-line').nth(n).click(); await page.waitForTimeout(300); };
const openPerson = async (page, phone, n = 4) => { await (phone ? page.locator('.kd-card') : page.locator('.kd-grid-body .kd-grid-first')).nth(n).click(); await page.waitForTimeout(700); };
const pill = (n) => async (page) => { await page.locator('.kd-pill').nth(n).click(); await page.waitForTimeout(500); };
const more = async (page, t, item) => { await page.locator('.kd-overlay').getByRole('button', { name: t('common.more') }).click(); await page.getByRole('menuitem', { name: t(item) }).click(); await page.waitForTimeout(400); };
const ADMIN = { as: 'system_admin', real: true };
const SECURITY = { as: 'security_admin', real: true };
const AUDIT = { as: 'auditor', real: true };

export const officeScenes = [
  { name: 'home', path: '/', real: true },
  { name: 'home-sales', path: '/', as: 'sales', real: true, prepare: asSales },
  { name: 'home-director', path: '/', as: 'sales_director', real: 'only' },
  { name: 'home-auditor', path: '/', ...AUDIT, prepare: asAuditor },
  { name: 'home-admin', path: '/', ...ADMIN, real: 'only' },
  { name: 'home-security', path: '/', ...SECURITY, real: 'only' },
  { name: 'home-privacy', path: '/', as: 'privacy_officer', real: 'only' },
  { name: 'home-partner', path: '/', as: 'partner', real: 'only' },
  { name: 'home-nothing', path: '/', prepare: asNobody },
  { name: 'evidence', path: '/evidence', ...AUDIT },
  { name: 'evidence-open', path: '/evidence?range=week', ...AUDIT, act: async (page, { t }) => { await openEvent(page); await page.getByRole('button', { name: t('evidence.proof.show') }).click(); await page.waitForTimeout(900); } },
  { name: 'evidence-actions', path: '/evidence?sensitive=yes', ...AUDIT, act: pill(1) },
  { name: 'evidence-time', path: '/evidence?range=custom&from=2026-11-01', ...AUDIT, act: pill(4) },
  { name: 'evidence-none', path: '/evidence?outcome=failed&object=lead', ...AUDIT },
  { name: 'evidence-verify', path: '/evidence', ...AUDIT, act: async (page, { t }) => { await page.getByRole('button', { name: t('evidence.verify'), exact: true }).click(); await page.waitForTimeout(3600); } },
  { name: 'evidence-denied', path: '/evidence', as: 'sales', real: true, prepare: asSales },
  { name: 'people', path: '/people', ...ADMIN },
  { name: 'person', path: '/people', ...ADMIN, act: async (page, { phone }) => { await openPerson(page, phone); } },
  { name: 'person-edit', path: '/people', ...ADMIN, act: async (page, { phone, t }) => { await openPerson(page, phone); await page.getByRole('button', { name: t('people.change') }).click(); await page.waitForTimeout(600); } },
  { name: 'person-roles', path: '/people', ...SECURITY, act: async (page, { phone, t }) => { await openPerson(page, phone); await page.getByRole('tab', { name: t('people.tab.roles') }).click(); await page.getByRole('button', { name: t('people.assign') }).click(); await page.waitForTimeout(600); } },
  { name: 'person-sessions', path: '/people', ...SECURITY, act: async (page, { phone, t }) => { await openPerson(page, phone); await page.getByRole('tab', { name: t('people.tab.sessions') }).click(); await page.waitForTimeout(500); } },
  { name: 'person-end', path: '/people', ...ADMIN, act: async (page, { phone, t }) => { await openPerson(page, phone); await more(page, t, 'people.end'); } },
  { name: 'person-create', path: '/people', ...ADMIN, act: async (page, { t }) => { await page.getByRole('button', { name: t('people.create') }).first().click(); await page.waitForTimeout(300); await page.locator('.kd-radio').nth(1).check(); await page.getByRole('button', { name: t('people.createAction') }).click(); await page.waitForTimeout(600); } },
  { name: 'person-invite', path: '/people', act: async (page, { phone, t }) => { await openPerson(page, phone); await more(page, t, 'people.reset'); await page.getByRole('button', { name: t('people.reset') }).last().click(); await page.waitForTimeout(500); } },
  { name: 'units', path: '/units', ...ADMIN },
  { name: 'units-selected', path: '/units', ...ADMIN, act: async (page) => { await page.getByRole('treeitem').nth(1).click(); await page.waitForTimeout(600); } },
  { name: 'units-move', path: '/units', ...ADMIN, act: async (page, { t }) => { await page.getByRole('treeitem').nth(2).click(); await page.getByRole('button', { name: t('units.move') }).click(); await page.waitForTimeout(300); } },
  { name: 'units-lines', path: '/units', ...ADMIN, act: async (page, { t }) => { await page.getByRole('radio', { name: t('units.lines') }).click(); await page.waitForTimeout(700); } },
  { name: 'roles', path: '/roles?role=sales_manager', ...SECURITY },
  { name: 'roles-fields', path: '/roles?role=sales&tab=fields&object=contact', ...SECURITY },
  { name: 'roles-officer', path: '/roles?role=auditor', ...SECURITY },
  { name: 'roles-members', path: '/roles?role=sales&tab=members', ...SECURITY },
  { name: 'roles-why', path: '/roles?why=open&person=0193a000-0000-7000-8000-000000000001&record=0193a000-0000-7000-8000-000000000020' },
  { name: 'roles-why-empty', path: '/roles?why=open', ...SECURITY },
];
