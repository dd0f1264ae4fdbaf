import { availableParallelism } from 'node:os';
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
  // Half of what one test takes is waiting. More than two are left to whoever asks: with software GL each takes more than a core.
  workers: Number(process.env['LACHAN_E2E_WORKERS'] ?? Math.min(2, availableParallelism())),
  forbidOnly: true,
  retries: 0,
  reporter: [['list']],
});
