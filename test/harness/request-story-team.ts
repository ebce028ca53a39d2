import { type Definition, ofKind } from '../../domain/process-def';
import type { ApiClient } from './api-client';
import type { VirtualPlatform } from './virtual-time';

/** Roles whose holders take part in requests. */
function rolesIn(defs: readonly Definition[]): string[] {
  const text = JSON.stringify([...ofKind(defs, 'request-process'), ...ofKind(defs, 'service')]);
  const named = [...text.matchAll(/role\(([a-z-]+)\)/g)].map((m) => m[1] ?? '');
  const teams = ofKind(defs, 'provisioner').flatMap((p) => p.manual?.team ?? []);
  return [...new Set([...named, ...teams])].sort();
}

/** Who takes part in stories, and what their forms name: configuration items, pools, files. */
export class StoryTeam {
  private readonly people = new Map<string, ApiClient>();
  private readonly pools = new Map<string, string>();
  private made = 0;

  constructor(readonly platform: VirtualPlatform) {}

  /** Somebody for every role, named after it; everybody's superior is the director, the requester's `manager`. */
  async hire(defs: readonly Definition[]): Promise<void> {
    const roles = rolesIn(defs);
    await this.person('director', ['customer-leader']);
    await this.person('manager', ['approver']);
    for (const role of roles) await this.person(role, [role]);
    for (const login of ['requester', 'zhao', 'wang', 'qian']) await this.person(login, ['requester']);
    for (const login of ['manager', ...roles]) await this.platform.reportsTo(login, 'director');
    for (const login of ['requester', 'zhao', 'wang']) await this.platform.reportsTo(login, 'manager');
  }

  async person(login: string, roles: readonly string[]): Promise<ApiClient> {
    const known = this.people.get(login);
    if (known) return known;
    const person = await this.platform.person({ login, roles: [...roles] });
    this.people.set(login, person);
    return person;
  }

  as(login: string): ApiClient {
    const person = this.people.get(login);
    if (!person) throw new Error(`nobody has the login ${login}`);
    return person;
  }

  get desk(): ApiClient {
    return this.as('service-desk-agent');
  }

  async ci(type: string): Promise<string> {
    this.made += 1;
    const ci = { type, name: `${type} ${this.made}`, attributes: {} };
    return (await this.as('operations-manager').must<{ id: string }>('POST', '/api/v1/cis', ci)).id;
  }

  /** Makes a pool of so many of each unit, or changes how many there are. */
  async capacity(name: string, most: number): Promise<void> {
    const units = { vcpu: most, memoryGb: most, storageGb: most };
    const known = this.pools.get(name);
    const by = this.as('operations-manager');
    if (known !== undefined) await by.must('PATCH', `/api/v1/pools/${known}`, { units });
    else {
      const pool = { name, title: { 'zh-CN': name, en: name }, site: 'main', units };
      this.pools.set(name, (await by.must<{ id: string }>('POST', '/api/v1/pools', pool)).id);
    }
  }

  async attachment(by: ApiClient): Promise<string> {
    const answer = await fetch(`${this.platform.baseUrl}/api/v1/attachments?name=proof.txt`, {
      method: 'POST',
      headers: { authorization: by.authorization, 'content-type': 'application/octet-stream' },
      body: `proof ${this.made++}`,
    });
    if (answer.status !== 201) throw new Error(`attachment: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { id: string }).id;
  }
}
