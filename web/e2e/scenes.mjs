/** The places and states of which pictures are taken. */
export const scenes = [
  { name: 'sign-in', path: '/sign-in', signedIn: false, looks: ['light', 'dark-en', 'phone'] },
  { name: 'list', path: '/o/contact', looks: ['light', 'dark', 'en', 'phone', 'phone-dark'] },
  { name: 'list-deals', path: '/o/opportunity', looks: ['light', 'dark'], act: async (page) => { await page.getByRole('grid').focus(); await page.keyboard.press('ArrowDown'); await page.keyboard.press('ArrowRight'); await page.keyboard.press(' '); } },
  { name: 'filter', path: '/o/opportunity', looks: ['light', 'dark'], act: async (page) => { await page.getByRole('button', { name: '筛选' }).click(); await page.getByRole('button', { name: '添加条件组' }).click(); await page.waitForTimeout(500); } },
  { name: 'columns', path: '/o/contact', looks: ['light'], act: async (page) => { await page.getByRole('button', { name: '显示列' }).click(); } },
  { name: 'palette', path: '/o/contact', looks: ['light', 'dark'], act: async (page) => { await page.keyboard.press('Control+k'); await page.keyboard.type('王'); await page.waitForTimeout(600); } },
  { name: 'user-menu', path: '/o/contact', looks: ['light', 'dark-en'], act: async (page) => { await page.locator('.kd-user').click(); } },
];
