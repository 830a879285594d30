/** Pictures of the start page and of the pages of the offices. */
const asAuditor = (state) => { state.as = { roles: [{ code: 'auditor', zh: '审计员', en: 'Auditor' }], capabilities: ['evidence_read', 'evidence_export', 'roles_read', 'explain_others', 'directory_read', 'people_manage', 'settings_manage'], objects: [] }; return () => { state.as = undefined; }; };
const asSales = (state) => { state.as = { roles: [{ code: 'sales', zh: '销售', en: 'Sales' }], capabilities: ['directory_read'] }; return () => { state.as = undefined; }; };
const open = async (page, n = 0) => { await page.locator('.kd-event-line').nth(n).click(); await page.waitForTimeout(200); };

export const officeScenes = [
  { name: 'home', path: '/', looks: ['light', 'dark', 'en', 'phone'] },
  { name: 'home-sales', path: '/', looks: ['light'], prepare: asSales },
  { name: 'home-officer', path: '/', looks: ['light', 'dark-en', 'phone'], prepare: asAuditor },
  { name: 'evidence', path: '/evidence', looks: ['light', 'dark', 'en', 'phone'] },
  { name: 'evidence-open', path: '/evidence?range=week', looks: ['light', 'dark', 'phone'], act: async (page) => { await open(page); await page.getByRole('button', { name: /证明/ }).click(); await page.waitForTimeout(400); } },
  { name: 'evidence-filter', path: '/evidence?sensitive=yes', looks: ['light'], act: async (page) => { await page.locator('.kd-pill').nth(1).click(); await page.waitForTimeout(200); } },
  { name: 'evidence-time', path: '/evidence?range=custom&from=2026-11-01', looks: ['light'], act: async (page) => { await page.locator('.kd-pill').nth(4).click(); await page.waitForTimeout(500); } },
  { name: 'evidence-none', path: '/evidence?outcome=failed&object=lead', looks: ['light'] },
  { name: 'evidence-verify', path: '/evidence', looks: ['light', 'dark'], act: async (page) => { await page.getByRole('button', { name: '校验', exact: true }).click(); await page.waitForTimeout(3200); } },
  { name: 'people', path: '/people', looks: ['light', 'dark', 'phone'] },
  { name: 'person', path: '/people', looks: ['light', 'phone'], act: async (page, { phone }) => { await page.locator(phone ? '.kd-card' : '.kd-grid-body .kd-grid-first').nth(1).click(); await page.waitForTimeout(500); } },
  { name: 'person-edit', path: '/people', looks: ['light'], act: async (page) => { await page.locator('.kd-grid-body .kd-grid-first').nth(1).click(); await page.getByRole('button', { name: '修改资料或调动' }).click(); await page.waitForTimeout(600); } },
  { name: 'person-roles', path: '/people', looks: ['light', 'dark'], act: async (page) => { await page.locator('.kd-grid-body .kd-grid-first').nth(1).click(); await page.getByRole('tab', { name: '角色' }).click(); await page.getByRole('button', { name: '授予角色' }).click(); await page.waitForTimeout(600); } },
  { name: 'person-sessions', path: '/people', looks: ['light'], act: async (page) => { await page.locator('.kd-grid-body .kd-grid-first').nth(1).click(); await page.getByRole('tab', { name: '会话' }).click(); await page.waitForTimeout(400); } },
  { name: 'person-end', path: '/people', looks: ['light'], act: async (page) => { await page.locator('.kd-grid-body .kd-grid-first').nth(1).click(); await page.getByRole('button', { name: '更多' }).click(); await page.getByRole('menuitem', { name: '办理离开' }).click(); await page.waitForTimeout(300); } },
  { name: 'person-create', path: '/people', looks: ['light'], act: async (page) => { await page.getByRole('button', { name: '新增人员' }).click(); await page.getByLabel(/合作方/).check(); await page.getByRole('button', { name: '新增并生成邀请' }).click(); await page.waitForTimeout(600); } },
  { name: 'person-invite', path: '/people', looks: ['light'], act: async (page) => { await page.locator('.kd-grid-body .kd-grid-first').nth(1).click(); await page.getByRole('button', { name: '更多' }).click(); await page.getByRole('menuitem', { name: '重置密码' }).click(); await page.getByRole('button', { name: '重置密码' }).last().click(); await page.waitForTimeout(400); } },
  { name: 'units', path: '/units', looks: ['light', 'dark-en', 'phone'] },
  { name: 'units-move', path: '/units', looks: ['light'], act: async (page) => { await page.getByRole('treeitem').nth(2).click(); await page.getByRole('button', { name: '移动到…' }).click(); await page.waitForTimeout(300); } },
  { name: 'units-lines', path: '/units', looks: ['light', 'dark'], act: async (page) => { await page.getByRole('radio', { name: '汇报关系' }).click(); await page.waitForTimeout(500); } },
  { name: 'roles', path: '/roles?role=sales_manager', looks: ['light', 'dark-en', 'phone'] },
  { name: 'roles-fields', path: '/roles?role=sales&tab=fields&object=contact', looks: ['light', 'dark', 'phone'] },
  { name: 'roles-officer', path: '/roles?role=auditor', looks: ['light'] },
  { name: 'roles-members', path: '/roles?role=sales&tab=members', looks: ['light'] },
  { name: 'roles-why', path: '/roles?why=open&person=0193a000-0000-7000-8000-000000000001&record=0193a000-0000-7000-8000-000000000020', looks: ['light', 'phone'] },
];
