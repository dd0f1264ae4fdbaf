/** Fills the declaration as a citizen does, step by step. */

import { expect, type Page } from '@playwright/test';

export interface Filled {
  name: string;
  address: string;
  cough?: boolean;
}

const NO_SIGNS = [
  'signFever',
  'signDyspnoea',
  'signPneumonia',
  'signSoreThroat',
  'signFatigue',
  'signLossOfTasteSmell',
];
const CONTACTS = ['contactCase', 'contactAffectedCountry', 'contactSymptomatic'];

/** Chooses a radio by the value it stands for. */
async function choose(page: Page, field: string, value: string): Promise<void> {
  await page.locator(`input[name="q-${field}"][value="${value}"]`).check();
}

async function combo(page: Page, field: string, words: string, option: string): Promise<void> {
  const box = page.locator(`#q-${field}`);
  await box.fill(words);
  await page.getByRole('option', { name: option }).first().click();
  await expect(box).toHaveValue(new RegExp(option));
}

async function onward(page: Page, step: string): Promise<void> {
  await page.locator('main form button[type=submit]').click();
  await expect(page).toHaveURL(new RegExp(`#${step}$`));
}

export async function fillPerson(page: Page, { name }: Filled): Promise<void> {
  await choose(page, 'onBehalf', 'false');
  await page.locator('#q-fullName').fill(name);
  await choose(page, 'idType', 'none');
  await page.locator('#q-birthDate').fill('2');
  await page.locator('#q-birthDate-1').fill('9');
  await page.locator('#q-birthDate-2').fill('1985');
  await choose(page, 'sex', 'female');
  await combo(page, 'nationality', 'viet nam', 'Việt Nam');
  await choose(page, 'hasInsurance', 'false');
  await onward(page, 'contact');
}

export async function fillContact(page: Page, { address }: Filled): Promise<void> {
  await combo(page, 'province', 'ho chi minh', 'Hồ Chí Minh');
  await combo(page, 'district', 'quan 1', 'Quận 1');
  await combo(page, 'ward', 'ben nghe', 'Bến Nghé');
  await page.locator('#q-address').fill(address);
  await page.locator('#q-phone').fill('0900000000');
  await onward(page, 'travel');
}

export async function fillHealth(page: Page, { cough = false }: Filled): Promise<void> {
  await choose(page, 'travelled', 'false');
  await onward(page, 'signs');
  for (const sign of NO_SIGNS) await choose(page, sign, 'false');
  await choose(page, 'signCough', String(cough));
  await onward(page, 'contacts');
  for (const contact of CONTACTS) await choose(page, contact, 'false');
  await onward(page, 'conditions');
  await onward(page, 'consent');
}

export async function send(page: Page): Promise<void> {
  await page.locator('#q-dataConsent').check();
  await page.locator('#q-legalAccepted').check();
  await page.locator('main form button[type=submit]').click();
  await expect(page).not.toHaveURL(/khai-bao/);
}

export async function declare(page: Page, filled: Filled): Promise<void> {
  await page.goto('/khai-bao');
  await fillPerson(page, filled);
  await fillContact(page, filled);
  await fillHealth(page, filled);
  await send(page);
}
