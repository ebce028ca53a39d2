/** What a node stands for; each is drawn with its own shape, and said in words in the list. */
export type NodeKind = 'start' | 'state' | 'end' | 'step' | 'decision' | 'people' | 'definition' | 'group';
/** A command of a person, time passing, what belongs together. */
export type EdgeKind = 'command' | 'time' | 'flow';

export interface GraphNode {
  id: string;
  kind: NodeKind;
  title: string;
  /** What it says below its title, a paragraph each. */
  lines: string[];
  /** What the list says besides; the picture has no room for it. */
  details?: string[];
  /** Id of the group it lies in: what leads away from the group leads away from each of its nodes. */
  group?: string;
  /** Address of what it stands for, within the application. */
  href?: string;
  /** `visited`: the case has been there; `present`: it is there now. */
  mark?: 'visited' | 'present';
}

export interface GraphEdge {
  id: string;
  from: string;
  to: string;
  label: string;
  kind: EdgeKind;
  /** How often the case has gone this way. */
  walked?: number;
}

/** A drawing before it has a layout: a pure function of a definition. */
export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** Collects nodes and edges; edges between the same two of one kind become one with both labels. */
export class GraphBuilder {
  private readonly nodes = new Map<string, GraphNode>();
  private readonly edges = new Map<string, GraphEdge>();

  node(id: string, kind: NodeKind, title: string, lines: readonly string[] = [], more: Partial<GraphNode> = {}): this {
    this.nodes.set(id, { id, kind, title, lines: lines.filter((line) => line !== ''), ...more });
    return this;
  }

  edge(from: string, to: string, label = '', kind: EdgeKind = 'flow'): this {
    const id = edgeId(from, to, kind);
    const known = this.edges.get(id);
    const labels = [known?.label ?? '', label].filter((text) => text !== '');
    this.edges.set(id, { id, from, to, kind, label: labels.join(' / ') });
    return this;
  }

  /** @throws Error when an edge leads to a node that is not there: a fault of the builder, not of the definition */
  build(): Graph {
    for (const { id, from, to } of this.edges.values())
      if (!this.nodes.has(from) || !this.nodes.has(to)) throw new Error(`edge ${id} leads nowhere`);
    return { nodes: [...this.nodes.values()], edges: [...this.edges.values()] };
  }
}

/** Whether an edge leads away from a node, by itself or by its group. */
export const leavesFrom = (edge: GraphEdge, node: { id: string; group?: string }): boolean =>
  edge.from === node.id || edge.from === node.group;

export const edgeId = (from: string, to: string, kind: EdgeKind): string => `${from}>${to}:${kind}`;

/** Nodes in the order of reading: along the edges from where nothing leads to, each once; the rest as they came. */
export function readingOrder({ nodes, edges }: Graph): GraphNode[] {
  const entered = new Set(edges.filter((e) => e.from !== e.to).map((e) => e.to));
  const queue = nodes.filter((n) => n.kind === 'start' || (!entered.has(n.id) && n.group === undefined));
  const seen = new Set<string>();
  const order: GraphNode[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    order.push(next);
    for (const e of edges) {
      const to = leavesFrom(e, next) ? nodes.find((n) => n.id === e.to) : undefined;
      if (to !== undefined) queue.push(to);
    }
  }
  return [...order, ...nodes.filter((n) => !seen.has(n.id))];
}

/** Smallest share of its size at which a drawing can be read: a smaller one is not shown as a whole unasked. */
export const READABLE = 0.72;

/** Width of a node, px; its height follows from its text. */
export const NODE_WIDTH = 184;
const PADDING = 12;
const LINE_HEIGHT = 18;

/** Chinese characters are as wide as the type is high, Latin ones about half of it. */
function rows(text: string, fontSize: number, width: number): number {
  let used = 0;
  for (const sign of text) used += (sign.codePointAt(0) ?? 0) > 0x2e7f ? fontSize : fontSize * 0.6;
  return Math.max(1, Math.ceil(used / width));
}

/** Height of the words above the nodes of a group, px. */
export function groupHeadOf(node: GraphNode): number {
  return PADDING + 20 + node.lines.length * (LINE_HEIGHT + 4) + 8;
}

/** Room that a node needs, px. The layout has to know it before anything is drawn. */
export function sizeOf(node: GraphNode): { width: number; height: number } {
  const inner = NODE_WIDTH - 2 * PADDING;
  const title = rows(node.title, 14.5, inner) * 20;
  const lines = node.lines.reduce((sum, line) => sum + rows(line, 12.5, inner) * LINE_HEIGHT + 4, 0);
  return { width: NODE_WIDTH, height: 2 * PADDING + title + lines + 4 };
}

const LABEL_WIDTH = 92;

/** Room that the words of an edge need, px. */
export function labelSizeOf(label: string): { width: number; height: number } {
  const count = rows(label, 12.5, LABEL_WIDTH);
  const only = count === 1 ? rows(label, 12.5, 1) + 12 : LABEL_WIDTH + 12;
  return { width: Math.min(only, LABEL_WIDTH + 12), height: count * 16 + 4 };
}
