import Elk, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import { type Graph, labelSizeOf, sizeOf } from './graph';

/** A place in the drawing, px. */
export interface Point {
  x: number;
  y: number;
}
export interface Box extends Point {
  width: number;
  height: number;
}

/** Where everything stands. */
export interface Layout {
  width: number;
  height: number;
  nodes: Map<string, Box>;
  edges: Map<string, { points: Point[]; label: Box | null }>;
}

/** Wide screens read from left to right, telephones from top to bottom. */
export type Direction = 'RIGHT' | 'DOWN';

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '48',
  'elk.layered.spacing.edgeNodeBetweenLayers': '20',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '14',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '18',
  'elk.spacing.edgeEdge': '14',
  'elk.spacing.edgeLabel': '4',
  'elk.edgeLabels.inline': 'true',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
};

let elk: InstanceType<typeof Elk> | undefined;

/** Lays a drawing out by layers, in a worker: the page stays alive meanwhile. @throws when the worker does */
export async function layoutOf({ nodes, edges }: Graph, direction: Direction): Promise<Layout> {
  elk ??= new Elk({ workerUrl });
  const root: ElkNode = {
    id: 'root',
    layoutOptions: { ...OPTIONS, 'elk.direction': direction },
    children: nodes.map((n) => ({ id: n.id, ...sizeOf(n) })),
    edges: edges.map((e) => ({
      id: e.id,
      sources: [e.from],
      targets: [e.to],
      labels: e.label === '' ? [] : [{ text: e.label, ...labelSizeOf(e.label) }],
    })),
  };
  const laid: ElkNode = await elk.layout(root);
  return {
    width: laid.width ?? 0,
    height: laid.height ?? 0,
    nodes: new Map((laid.children ?? []).map((n) => [n.id, boxOf(n)])),
    edges: new Map((laid.edges ?? []).map((e) => [e.id, lineOf(e)])),
  };
}

const boxOf = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<ElkNode>): Box => ({ x, y, width, height });

function lineOf({ sections = [], labels = [] }: ElkExtendedEdge) {
  const points = sections.flatMap((s) => [s.startPoint, ...(s.bendPoints ?? []), s.endPoint]);
  const [label] = labels;
  return { points, label: label === undefined ? null : boxOf(label) };
}
