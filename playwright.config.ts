import { defineConfig } from '@playwright/test';

// LACHAN_E2E_PATIENCE: how many times longer than usual a busy machine may take.
const patience = Number(process.env['LACHAN_E2E_PATIENCE'] ?? 1);

// Each test starts a server of its own (tests/e2e/support/app.ts): there is no webServer here.
export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  timeout: 90_000 * patience,
  expect: { timeout: 15_000 * patience },
  fullyParallel: false,
  workers: Number(process.env['LACHAN_E2E_WORKERS'] ?? 1),
  forbidOnly: true,
  retries: 0,
  reporter: [['list']],
});
