import { officeScenes } from './scenes-office.mjs';
import { toolScenes } from './scenes-tools.mjs';

/** The places and states of which pictures are taken. */
export const scenes = [
  ...officeScenes,
  ...toolScenes,
  { name: 'sign-in', path: '/sign-in', signedIn: false, looks: ['light', 'dark-en', 'phone'] },
  { name: 'list', path: '/o/contact', looks: ['light', 'dark', 'en', 'phone', 'phone-dark'] },
  { name: 'list-deals', path: '/o/opportunity', looks: ['light', 'dark'], act: async (page) => { await page.getByRole('grid').focus(); await page.keyboard.press('ArrowDown'); await page.keyboard.press('ArrowRight'); await page.keyboard.press(' '); } },
  { name: 'filter', path: '/o/opportunity', looks: ['light', 'dark'], act: async (page) => { await page.getByRole('button', { name: '筛选' }).click(); await page.getByRole('button', { name: '添加条件组' }).click(); await page.waitForTimeout(500); } },
  { name: 'columns', path: '/o/contact', looks: ['light'], act: async (page) => { await page.getByRole('button', { name: '显示列' }).click(); } },
  { name: 'palette', path: '/o/contact', looks: ['light', 'dark'], act: async (page) => { await page.keyboard.press('Control+k'); await page.keyboard.type('王'); await page.waitForTimeout(600); } },
  { name: 'user-menu', path: '/o/contact', looks: ['light', 'dark-en'], act: async (page) => { await page.locator('.kd-user').click(); } },
  { name: 'record', path: '/o/account', looks: ['light', 'dark', 'phone'], act: async (page, { phone }) => { await (phone ? page.locator('.kd-card').nth(1) : page.locator('.kd-grid-body .kd-grid-first').nth(1)).click({ position: { x: 30, y: 12 } }); await page.waitForURL(/o\/account\/./); await page.waitForTimeout(700); } },
  { name: 'deal', path: '/o/opportunity', looks: ['light', 'dark-en'], act: async (page) => { await page.locator('.kd-grid-body .kd-grid-first').nth(2).click(); await page.waitForURL(/o\/opportunity\/./); await page.waitForTimeout(700); await page.locator('.kd-composer textarea').fill('x'); await page.waitForTimeout(500); } },
  { name: 'reveal', path: '/o/contact', looks: ['light', 'dark'], act: async (page) => { await page.locator('.kd-grid-body .kd-grid-first').nth(0).click(); await page.waitForURL(/o\/contact\/./); await page.getByRole('button', { name: '查看' }).first().click(); await page.getByRole('radio').first().click(); } },
  { name: 'revealed', path: '/o/contact', looks: ['light'], act: async (page) => { await page.locator('.kd-grid-body .kd-grid-first').nth(0).click(); await page.waitForURL(/o\/contact\/./); await page.getByRole('button', { name: '查看' }).first().click(); await page.locator('.kd-reveal [role=radio]').first().click(); await page.getByRole('button', { name: '显示' }).click(); await page.waitForTimeout(500); } },
  { name: 'looks', path: '/o/contact', looks: ['light'], act: async (page) => { await page.locator('.kd-grid-body .kd-grid-first').nth(0).click(); await page.getByRole('tab', { name: '谁看过' }).click(); await page.waitForTimeout(500); } },
  { name: 'explain', path: '/o/contact', looks: ['light', 'dark'], act: async (page) => { await page.locator('.kd-grid-body .kd-grid-first').nth(0).click(); await page.waitForURL(/o\/contact\/./); await page.getByRole('button', { name: '更多' }).click(); await page.getByRole('menuitem', { name: '为什么能看到' }).click(); await page.waitForTimeout(900); } },
  { name: 'create', path: '/o/contact?new=1', looks: ['light', 'dark', 'phone'], act: async (page) => { await page.waitForTimeout(600); await page.locator('.kd-dialog-body').getByLabel('手机', { exact: true }).fill('13800000000'); await page.waitForTimeout(800); } },
];
