import { type CatalogueViewer, type ItemVisibility, isItemVisible } from './catalogue';

const viewer: CatalogueViewer = { tenant: { id: 'police', securityLevel: 3 }, roles: ['requester', 'auditor'] };

test.each<[string, ItemVisibility, boolean]>([
  ['nothing stated', {}, true],
  ['opened by other requests only', { internal: true }, false],
  ['his tenant', { visibility: { tenants: ['health', 'police'] } }, true],
  ['other tenants', { visibility: { tenants: ['health'] } }, false],
  ['no tenant at all', { visibility: { tenants: [] } }, false],
  ['one of his roles', { visibility: { roles: ['leader', 'auditor'] } }, true],
  ['other roles', { visibility: { roles: ['leader'] } }, false],
  ['from his level on', { visibility: { securityLevel: { from: 3 } } }, true],
  ['from a higher one on', { visibility: { securityLevel: { from: 4 } } }, false],
  ['up to his level', { visibility: { securityLevel: { to: 3 } } }, true],
  ['up to a lower one', { visibility: { securityLevel: { to: 2 } } }, false],
  ['one of several that does not hold', { visibility: { tenants: ['police'], roles: ['leader'] } }, false],
])('%s', (_, item, seen) => {
  expect(isItemVisible(item, viewer)).toBe(seen);
});
