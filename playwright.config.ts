import { defineConfig } from '@playwright/test';

// Each test starts a server of its own (tests/e2e/support/app.ts): there is no webServer here.
export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  fullyParallel: false,
  workers: Number(process.env['LACHAN_E2E_WORKERS'] ?? 1),
  forbidOnly: true,
  retries: 0,
  reporter: [['list']],
});
