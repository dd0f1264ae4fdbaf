/** A wrong certificate from the citizen's finger to the commune and back: asked, followed, made anew by lachan-issue, the old one refused. */

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { assets, expect, lookAt, offlineReady, official, openCoreIn, test, type App } from './support/app';
import { expectNoAxe } from './support/certificates';

interface Made {
  identifier: string;
  text: string;
}

const HEAD = 'kind,familyName,givenName,birthDate,nationality,disease,country,issuer,vaccine,product,manufacturer,lot,dose,doses,date';
const ROW = 'vaccination,Nguyễn,Thị Minh Đao,1988-02-29,VNM,840539006,VN,Bộ Y tế,J07BX03,EU/1/21/1529,ORG-100001699,FK0112,2,2,2021-09-15';

/** In both sets of colours: the darker one has contrasts of its own. Without motion: halfway from one to the other nothing has contrast. */
async function expectNoAxeInBoth(page: Page, what: string): Promise<void> {
  await expectNoAxe(page, what);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await expectNoAxe(page, `${what}, dark`);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
}

/** An issuer whose bundle is signed by the key that this build of the page pins. */
class Issuer {
  readonly folder: string;
  private number = 0;

  constructor(private readonly app: App) {
    this.folder = join(app.folder, 'issuer');
    this.run(['authority', '--country', 'VN', '--organisation', 'Demo Ministry of Health']);
    this.run(['signer', '--name', 'mot', '--usage', 'v,t,r', '--days', '500']);
    for (const file of ['list-key.pem', 'list-key.pem.chain']) copyFileSync(join(assets, '..', 'keys', file), join(this.folder, file));
  }

  private run(args: string[], input = ''): string {
    const program = join(process.env['LACHAN_BINARY_ROOT'] ?? join(assets, '..', 'dev'), 'lachan-issue');
    return execFileSync(program, [...args, '--dir', this.folder], { input, encoding: 'utf8' });
  }

  make(row: string, replaces = ''): Made {
    const made = this.run(['certificate', '--signer', 'mot'], `${HEAD},replaces\n${row},${replaces}\n`);
    return JSON.parse(made) as Made; // one row, one line
  }

  /** Browsers that come from now on carry what is valid and what was taken back until now. */
  publish(): void {
    const out = join(this.folder, 'bundles');
    mkdirSync(out, { recursive: true });
    this.run(['bundle', '--out', out, '--number', String(++this.number)]);
    const file = readdirSync(out).find((name) => name === `bundle-${this.number}.bin`);
    if (!file) throw new Error('no bundle was made');
    this.app.proxy.clear();
    this.app.proxy.answer('/assets/trust.bin', 200, { 'Content-Type': 'application/octet-stream' }, readFileSync(join(out, file)), 99);
    this.app.proxy.loseRequest('/trust/latest.json', 1000);
  }
}

async function putIntoWallet(page: Page, text: string): Promise<void> {
  await page.goto('/vi-chung-nhan');
  await expect(page.locator('.wallet .scan-open')).toBeVisible();
  await page.fill('#wallet-code', text);
  await page.getByRole('button', { name: 'Thêm vào ví' }).click();
  await expect(page.locator('.wallet-card')).toHaveCount(1);
}

async function fill(page: Page, shouldBe = 'Nguyễn Thị Minh Đào'): Promise<void> {
  await page.locator('.correction-ask').first().click();
  await expect(page.locator('.correction h1')).toBeFocused();
  await page.locator('input[name="ask-wrong"][value="name"]').check();
  await page.fill('#ask-shouldBe', shouldBe);
  await page.fill('#ask-unit', 'ben nghe');
  await page.getByRole('option', { name: 'Bến Nghé' }).first().click();
  await page.fill('#ask-fullName', 'Nguyễn Thị Minh Đào');
  await page.fill('#ask-phone', '0900000000');
  await page.locator('#ask-dataConsent').check();
}

async function send(page: Page): Promise<void> {
  // Pressed twice, as quick fingers do: one request.
  const before = await page.locator('.correction-mine li').count();
  await page.locator('.correction form').evaluate((form) => {
    if (!(form instanceof HTMLFormElement)) throw new Error('no form');
    form.requestSubmit();
    form.requestSubmit();
  });
  await expect(page.locator('#correction-mine-title')).toBeVisible();
  await expect(page.locator('.correction-mine li')).toHaveCount(before + 1);
}

async function openDesk(app: App, width = 1280): Promise<Page> {
  const { page } = await app.browser({ width });
  const { user, password } = official(app, 'tram.bennghe');
  await page.goto('/can-bo');
  await page.fill('#user', user);
  await page.fill('#password', password);
  await page.keyboard.press('Enter');
  await expect(page.locator('.work h1')).toBeVisible();
  await page.getByRole('link', { name: 'Xin sửa chứng nhận' }).click();
  await expect(page.getByRole('heading', { name: 'Xin sửa chứng nhận', level: 1 })).toBeVisible();
  return page;
}

/** A wrong certificate, and the phone of whoever has asked for another one. */
async function asked(app: App): Promise<{ issuer: Issuer; old: Made; phone: Page }> {
  const issuer = new Issuer(app);
  const old = issuer.make(ROW);
  issuer.publish();
  const { page: phone } = await app.browser();
  await putIntoWallet(phone, old.text);
  await fill(phone);
  await send(phone);
  await expect(phone.locator('.correction-mine .tag').first()).toContainText('Đã nhận');
  return { issuer, old, phone };
}

test('a citizen asks, the commune makes another one, and verifiers refuse the old', async ({ app }) => {
  test.setTimeout(240_000);
  const issuer = new Issuer(app);
  const old = issuer.make(ROW);
  issuer.publish();
  const { page: phone } = await app.browser({ width: 360, height: 740 });
  await putIntoWallet(phone, old.text);
  await expect(phone.locator('.wallet-card.valid')).toBeVisible();

  await fill(phone);
  await expect(phone.locator('.correction-written')).toContainText('Nguyễn Thị Minh Đao');
  await expectNoAxeInBoth(phone, 'the form');
  await lookAt(phone, 'correction-form-360');
  await send(phone);
  await expect(phone.locator('.correction-mine .tag').first()).toContainText(/Đã nhận/);
  await expect(phone.locator('.correction-mine')).toContainText('Trạm y tế trả lời trước');
  await expect(phone.locator('.wallet-card')).toContainText('Đang xin sửa');
  await expect(phone.locator('.correction-ask')).toHaveCount(0);
  await expectNoAxe(phone, 'the wallet with a request');
  await lookAt(phone, 'correction-wallet-360');

  const desk = await openDesk(app);
  await expect(desk.locator('.work-table tbody tr')).toHaveCount(1);
  await expectNoAxeInBoth(desk, 'the desk');
  await lookAt(desk, 'correction-desk-1280');
  await desk.locator('.work-table a').click();
  await expect(desk.locator('.correction-change')).toContainText('Nguyễn Thị Minh Đao');
  await expect(desk.locator('.correction-change')).toContainText('Nguyễn Thị Minh Đào');
  await desk.locator('.desk-take').click();
  await expect(desk.locator('.desk-said')).toBeFocused();
  await expectNoAxeInBoth(desk, 'one request');
  await lookAt(desk, 'correction-one-1280');

  // The old one is no new one, and a certificate of nobody's is none either.
  await desk.fill('#issue-code', old.text);
  await desk.getByRole('button', { name: 'Kiểm tra chứng nhận mới' }).click();
  await expect(desk.locator('#issue-error')).toContainText('chính chứng nhận cũ');
  await desk.fill('#issue-code', 'HC1:NONSENSE');
  await desk.getByRole('button', { name: 'Kiểm tra chứng nhận mới' }).click();
  await expect(desk.locator('#issue-error')).toContainText('không hợp lệ');
  // Another certificate that is wrong in the same thing is pointed at.
  await desk.fill('#issue-code', issuer.make(ROW).text);
  await desk.getByRole('button', { name: 'Kiểm tra chứng nhận mới' }).click();
  await expect(desk.locator('.desk-unchanged')).toContainText('vẫn ghi');
  await desk.getByRole('button', { name: 'Chọn chứng nhận khác' }).click();
  // Another name and another birth date: it is sent only by who says that it is the same person.
  await desk.fill('#issue-code', issuer.make(ROW.replace('Minh Đao', 'Khác').replace('1988-02-29', '1961-03-01')).text);
  await desk.getByRole('button', { name: 'Kiểm tra chứng nhận mới' }).click();
  await expect(desk.locator('.desk-another')).toContainText('29/02/1988');
  await expect(desk.locator('.desk-send')).toBeDisabled();
  await desk.locator('#issue-same-person').check();
  await expect(desk.locator('.desk-send')).toBeEnabled();
  await desk.locator('#issue-same-person').uncheck();
  await expectNoAxe(desk, 'the certificate of another person at the desk');
  await desk.getByRole('button', { name: 'Chọn chứng nhận khác' }).click();
  const newer = issuer.make(ROW.replace('Đao', 'Đào'), old.identifier);
  await desk.fill('#issue-code', newer.text);
  await desk.getByRole('button', { name: 'Kiểm tra chứng nhận mới' }).click();
  await expect(desk.locator('.desk-new')).toContainText('Hợp lệ');
  await expect(desk.locator('.desk-new .verify-person')).toContainText('Nguyễn Thị Minh Đào');
  for (const none of ['.desk-unchanged', '.desk-another', '.desk-uncompared']) await expect(desk.locator(none)).toHaveCount(0);
  await expectNoAxeInBoth(desk, 'the new certificate at the desk');
  await lookAt(desk, 'correction-issue-1280');
  await desk.locator('.desk-send').click();
  await expect(desk.locator('.desk-said')).toContainText('Đã cấp lại');
  await expect(desk.locator('.history li')).toHaveCount(2);

  await phone.reload();
  await expect(phone.locator('.correction-mine .tag').first()).toContainText('Đã cấp lại');
  await expect(phone.locator('.correction-replaced')).toBeVisible();
  await phone.locator('.correction-take').click();
  await expect(phone.locator('.wallet-card')).toHaveCount(2);
  await expect(phone.locator('.wallet-card', { hasText: 'Đã được thay' })).toHaveCount(1);
  await expect(phone.locator('.correction-kept')).toBeVisible();
  await expectNoAxeInBoth(phone, 'the wallet with both');
  await lookAt(phone, 'correction-answered-360');

  issuer.publish();
  const { page: gate } = await app.browser();
  await gate.goto('/xac-minh');
  for (const [text, answer] of [[old.text, 'invalid'], [newer.text, 'valid']] as const) {
    await gate.goto('about:blank');
    await gate.goto('/xac-minh');
    await gate.locator('#paste, textarea').first().fill(text);
    await gate.locator('form:has(textarea) button[type=submit]').first().click();
    await expect(gate.locator(`.verify-banner.${answer}`)).toBeVisible();
  }
});

test('without a network a request waits, is sent once, and a refusal says why and may be asked again', async ({ app }) => {
  test.setTimeout(240_000);
  const issuer = new Issuer(app);
  const old = issuer.make(ROW);
  issuer.publish();
  const { page: phone, context } = await app.browser({ width: 320, height: 640 });
  await putIntoWallet(phone, old.text);
  await offlineReady(phone);
  await phone.evaluate(async () => void (await fetch('/assets/units.txt')));
  await context.setOffline(true);
  await fill(phone);
  // What is missing is said at its place, and nothing is sent.
  await phone.fill('#ask-phone', '12');
  await phone.getByRole('button', { name: 'Gửi yêu cầu' }).click();
  await expect(phone.locator('.summary')).toBeFocused();
  await expect(phone.locator('#ask-phone-error')).toBeVisible();
  await expectNoAxe(phone, 'the form with an error');
  await phone.fill('#ask-phone', '0900000000');
  await send(phone);
  await expect(phone.locator('.correction-mine .tag').first()).toContainText('Chờ gửi');
  await expect(phone.locator('.wallet-card')).toContainText('Đang xin sửa');
  await phone.reload();
  await expect(phone.locator('.correction-mine .tag').first()).toContainText('Chờ gửi');
  await context.setOffline(false);
  await expect(phone.locator('.correction-mine .tag').first()).toContainText('Đã nhận', { timeout: 60_000 });

  const desk = await openDesk(app, 320);
  await expect(desk.locator('.work-table tbody tr')).toHaveCount(1);
  await expectNoAxe(desk, 'the desk at 320 px');
  await desk.locator('.work-table a').click();
  await desk.locator('.desk-refuse summary').click();
  await desk.getByRole('button', { name: 'Không sửa, gửi lý do' }).click();
  await expect(desk.locator('#refuse-error')).toBeVisible();
  await desk.fill('#refuse-reason', 'Sổ tiêm ghi “Đao”. Hãy mang CCCD đến trạm.');
  await desk.getByRole('button', { name: 'Không sửa, gửi lý do' }).click();
  await expect(desk.locator('.desk-sure')).toBeFocused();
  await expectNoAxe(desk, 'a refusal at 320 px');
  await lookAt(desk, 'correction-refuse-320');
  await desk.getByRole('button', { name: 'Gửi trả lời' }).click();
  await expect(desk.locator('.desk-said')).toContainText('Không sửa');
  await expect(desk.locator('.desk-refuse')).toHaveCount(0);
  await desk.getByRole('link', { name: 'Tất cả yêu cầu' }).click();
  await expect(desk.getByRole('heading', { name: 'Không có yêu cầu nào' })).toBeVisible();
  await desk.selectOption('#desk-state', 'refused');
  await expect(desk.locator('.work-table tbody tr')).toHaveCount(1);

  await phone.reload();
  await expect(phone.locator('.correction-mine')).toContainText('Hãy mang CCCD đến trạm.');
  await expect(phone.locator('.wallet-card.valid')).toBeVisible();
  await fill(phone, 'Nguyễn Thị Minh Đào');
  await send(phone);
  await expect(phone.locator('.correction-mine li')).toHaveCount(2);
  await expect(phone.locator('.correction-mine .tag').first()).toContainText('Đã nhận');
  await lookAt(phone, 'correction-again-320');
});

test('the desk goes on without a network, with what was pulled before, and its step arrives once', async ({ app }) => {
  const { phone } = await asked(app);
  const desk = await openDesk(app);
  await expect(desk.locator('.work-table tbody tr')).toHaveCount(1);
  await desk.locator('.work-table a').click();
  await expect(desk.locator('.correction-change')).toContainText('Đao'); // the judge of certificates is there
  await offlineReady(desk);
  await desk.context().setOffline(true);
  await desk.goBack();
  await desk.reload();
  await expect(desk.getByText('theo dữ liệu trên máy này')).toBeVisible();
  await desk.locator('.work-table a').focus();
  await desk.keyboard.press('Enter');
  await expect(desk.locator('.correction-change')).toContainText('Đao');
  await desk.locator('.desk-take').focus();
  await desk.keyboard.press('Enter');
  await expect(desk.locator('.desk-said')).toContainText('sẽ tự gửi khi có mạng');
  await expect(desk.locator('.desk-issue')).toBeVisible();
  await expectNoAxe(desk, 'a request without a network');
  await desk.context().setOffline(false);
  await expect
    .poll(async () => {
      await phone.reload();
      return phone.locator('.correction-mine .tag').first().textContent();
    }, { timeout: 60_000 })
    .toContain('Đang xem xét');
});

test('what one desk took up by a clock that is ahead, another answers at once', async ({ app }) => {
  const { issuer, old, phone } = await asked(app);
  const desk = await openDesk(app);
  await desk.locator('.work-table a').click();
  await desk.evaluate(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + 3_600_000;
  });
  await desk.locator('.desk-take').click();
  await expect(desk.locator('.desk-said')).toBeVisible();
  await desk.reload(); // the clock is put right
  await desk.fill('#issue-code', issuer.make(ROW.replace('Đao', 'Đào'), old.identifier).text);
  await desk.getByRole('button', { name: 'Kiểm tra chứng nhận mới' }).click();
  await desk.locator('.desk-send').click();
  await expect(desk.locator('.desk-said')).toContainText('Đã cấp lại');
  await phone.reload();
  await expect(phone.locator('.correction-mine .tag').first()).toContainText('Đã cấp lại');
});

test('a text that proves nothing is not shown as what the certificate says', async ({ app }) => {
  const issuer = new Issuer(app);
  const [old, another] = [issuer.make(ROW), issuer.make(ROW)];
  issuer.publish();
  const { page: phone } = await app.browser();
  await phone.goto('/vi-chung-nhan');
  await openCoreIn(phone);
  const body = { certificate: old.identifier, code: another.text, wrong: 'name', shouldBe: 'Trần Văn Khác', fullName: 'Trần Văn Khác', phone: '0900000001', dataConsent: true };
  await phone.evaluate(async (said) => void (await window.core.submit('correction', 'request', 1, said, { unit: '26740' })), body);
  await expect.poll(() => phone.evaluate(async () => (await window.core.outbox.state()).waiting)).toBe(0);
  const desk = await openDesk(app);
  await desk.locator('.work-table a').click();
  await expect(desk.locator('.desk-unproven')).toBeVisible();
  await expect(desk.locator('.correction-change')).not.toContainText('Đao');
  await desk.locator('.correction-old summary').first().click();
  await expect(desk.locator('.correction-old .button')).toBeVisible();
  await expect(desk.locator('.correction-old')).not.toContainText('Đao');
  await desk.locator('.desk-take').click();
  await desk.fill('#issue-code', another.text);
  await desk.getByRole('button', { name: 'Kiểm tra chứng nhận mới' }).click();
  await expect(desk.locator('.desk-uncompared')).toBeVisible();
});

test('what comes late is not told of another request, nor to another account', async ({ app }) => {
  const issuer = new Issuer(app);
  issuer.publish();
  const { page: phone } = await app.browser();
  await phone.goto('/vi-chung-nhan');
  await openCoreIn(phone);
  for (const name of ['Trần Văn Một', 'Trần Văn Hai']) {
    const body = { certificate: issuer.make(ROW).identifier, wrong: 'lot', shouldBe: 'FK0113', fullName: name, phone: '0900000001', dataConsent: true };
    await phone.evaluate(async (said) => void (await window.core.submit('correction', 'request', 1, said, { unit: '26740' })), body);
  }
  await expect.poll(() => phone.evaluate(async () => (await window.core.outbox.state()).waiting)).toBe(0);
  const desk = await openDesk(app);
  const open = async (name: string): Promise<void> => {
    await desk.locator('.work-table a', { hasText: name }).click();
    await expect(desk.getByRole('heading', { name })).toBeVisible();
  };
  await open('Trần Văn Hai');
  await desk.goBack();
  await open('Trần Văn Một');
  app.proxy.slow(1500);
  await desk.locator('.desk-take').click();
  await expect(desk.locator('.desk-take')).toBeDisabled();
  await desk.goBack();
  await open('Trần Văn Hai');
  await expect(desk.locator('.desk-take')).toBeEnabled({ timeout: 20_000 });
  await expect(desk.locator('.desk-said')).toHaveCount(0);
  await expect(desk.getByRole('heading', { name: 'Trần Văn Hai' })).toBeVisible();
  app.proxy.slow(0);

  // Another account signs in beside it: what the first one read goes at once, and stays away.
  const other = official(app, 'tram.khac', 'commune_health', '26734');
  const beside = await desk.context().newPage();
  await beside.goto('/can-bo');
  await openCoreIn(beside);
  await beside.evaluate(async () => void (await window.core.session.signOut()));
  await expect(desk.getByText('Trần Văn Hai')).toHaveCount(0);
  await beside.evaluate(async ({ user, password }) => void (await window.core.session.signIn(user, password)), other);
  await expect(desk.locator('.wrap.page')).toBeVisible();
  await desk.waitForTimeout(1500);
  await expect(desk.getByText('Trần Văn Hai')).toHaveCount(0);
});

test('the desk says who must sign in, and an account that sees numbers sees numbers', async ({ app }) => {
  const { page } = await app.browser();
  await page.goto('/sua-chung-nhan');
  await expect(page.getByRole('link', { name: 'Đăng nhập' })).toBeVisible();
  await expectNoAxe(page, 'the desk before signing in');
  const { user, password } = official(app, 'so.tttt', 'technology_force', '79');
  await page.goto('/can-bo');
  await page.fill('#user', user);
  await page.fill('#password', password);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Xin sửa chứng nhận' }).click();
  await expect(page.locator('table.numbers tbody tr')).toHaveCount(4);
  await expectNoAxe(page, 'numbers');
});
