import Elk, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import { type Graph, type GraphNode, groupHeadOf, labelSizeOf, sizeOf } from './graph';

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
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  // Everything in the coordinates of the whole drawing, whatever group it lies in.
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '30',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
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
    children: nodes.filter((n) => n.group === undefined).map((n) => elkNode(n, nodes)),
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
    nodes: new Map(allOf(laid).map((n) => [n.id, boxOf(n)])),
    edges: new Map((laid.edges ?? []).map((e) => [e.id, lineOf(e)])),
  };
}

/** A node, with those of its group inside. */
function elkNode(node: GraphNode, nodes: readonly GraphNode[]): ElkNode {
  if (node.kind !== 'group') return { id: node.id, ...sizeOf(node) };
  // The strategies of the root, stated for a group again, make elkjs 0.12 fail; this one reads from the first state on.
  const layoutOptions = {
    'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
    'elk.padding': `[top=${groupHeadOf(node)},left=20,bottom=20,right=20]`,
  };
  return {
    id: node.id,
    layoutOptions,
    children: nodes.filter((n) => n.group === node.id).map((n) => elkNode(n, nodes)),
  };
}

const allOf = ({ children = [] }: ElkNode): ElkNode[] => children.flatMap((n) => [n, ...allOf(n)]);

const boxOf = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<ElkNode>): Box => ({ x, y, width, height });

function lineOf({ sections = [], labels = [] }: ElkExtendedEdge) {
  const points = sections.flatMap((s) => [s.startPoint, ...(s.bendPoints ?? []), s.endPoint]);
  const [label] = labels;
  return { points, label: label === undefined ? null : boxOf(label) };
}
