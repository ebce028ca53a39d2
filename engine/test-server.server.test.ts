import { TestWorkflowEnvironment } from '@temporalio/testing';
import { quietProgress } from './progress';
import { resolveTestServer } from './test-server';

test('the resolved test server starts and skips time', async () => {
  const path = await resolveTestServer({ env: process.env, progress: quietProgress });
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  try {
    const before = await env.currentTimeMs();
    await env.sleep('30 days');
    expect(Math.round(((await env.currentTimeMs()) - before) / 86_400_000)).toBe(30);
  } finally {
    await env.teardown();
  }
}, 300_000);
