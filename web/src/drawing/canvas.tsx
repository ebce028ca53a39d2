import { FullscreenOutlined } from '@ant-design/icons';
import {
  BaseEdge,
  ControlButton,
  Controls,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  type ReactFlowInstance,
} from '@xyflow/react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { type Graph, type GraphEdge, type GraphNode, READABLE } from './graph';
import type { Box, Layout, Point } from './layout';
import '@xyflow/react/dist/style.css';

type BoxNode = Node<{ node: GraphNode }, 'box'>;
type LineEdge = Edge<{ edge: GraphEdge; points: Point[]; label: Box | null }, 'line'>;

/** A node in words, for those who do not see it. */
function useNodeWords(): (node: GraphNode) => string {
  const { t } = useTranslation();
  return ({ title, lines, details = [], mark }) =>
    [title, ...lines, ...details, mark === undefined ? '' : t(`drawing.${mark}`)]
      .filter((text) => text !== '')
      .join('. ');
}

function BoxView({ data: { node } }: NodeProps<BoxNode>) {
  const { t } = useTranslation();
  return (
    <div
      className={`drawn drawn-${node.kind} ${node.mark === undefined ? '' : `drawn-is-${node.mark}`}`}
      title={node.details?.join('\n')}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <strong>{node.title}</strong>
      {node.lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {node.mark === 'present' && <span className="drawn-here">{t('drawing.present')}</span>}
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}

const pathOf = ([first, ...rest]: readonly Point[]): string =>
  first === undefined ? '' : `M ${first.x} ${first.y} ${rest.map((p) => `L ${p.x} ${p.y}`).join(' ')}`;

function LineView({ data, markerEnd }: EdgeProps<LineEdge>) {
  if (data === undefined) return null;
  const { edge, points, label } = data;
  const classes = `drawn-line drawn-line-${edge.kind} ${edge.walked === undefined ? '' : 'drawn-line-walked'}`;
  return (
    <>
      <BaseEdge path={pathOf(points)} markerEnd={markerEnd} className={classes} />
      {label !== null && (
        <EdgeLabelRenderer>
          <span
            className={`drawn-label drawn-label-${edge.kind} ${edge.walked === undefined ? '' : 'drawn-label-walked'}`}
            style={{ left: label.x, top: label.y, width: label.width, height: label.height }}
          >
            {edge.label}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}

const NODE_TYPES = { box: BoxView };
const EDGE_TYPES = { line: LineView };

const MARGIN = 16;
/** Room for the buttons below the drawing, px. */
const BUTTONS = 52;

/** Puts the drawing into the frame: all of it where that can be read or is asked for, else the part around the focus. */
function place(
  flow: ReactFlowInstance<BoxNode, LineEdge>,
  frame: HTMLElement,
  layout: Layout,
  focus: Box,
  all: boolean,
) {
  const [width, height] = [frame.clientWidth - 2 * MARGIN, frame.clientHeight - MARGIN - BUTTONS];
  const whole = Math.min(1, width / layout.width, height / layout.height);
  const zoom = all ? whole : Math.max(whole, READABLE);
  const offset = (room: number, size: number, at: number) =>
    size * zoom <= room + 1
      ? MARGIN + (room - size * zoom) / 2
      : MARGIN - Math.min(size * zoom - room, Math.max(0, at * zoom - room / 2));
  void flow.setViewport({
    x: offset(width, layout.width, focus.x + focus.width / 2),
    y: offset(height, layout.height, focus.y + focus.height / 2),
    zoom,
  });
}

const NOWHERE: Box = { x: 0, y: 0, width: 0, height: 0 };

/** A drawing with its layout: to be moved and zoomed, never edited. Nodes take the focus in the order of reading. */
export function Canvas({ graph, layout, describedBy }: { graph: Graph; layout: Layout; describedBy: string }) {
  const { t } = useTranslation();
  const words = useNodeWords();
  const navigate = useNavigate();
  const frame = useRef<HTMLDivElement>(null);
  const flow = useRef<ReactFlowInstance<BoxNode, LineEdge>>(null);
  const first = graph.nodes.find((n) => n.mark === 'present') ?? graph.nodes.find((n) => n.kind === 'start');
  const focus = layout.nodes.get(first?.id ?? '') ?? NOWHERE;
  const show = (all: boolean) => {
    if (flow.current !== null && frame.current !== null) place(flow.current, frame.current, layout, focus, all);
  };
  const nodes = graph.nodes.map((node): BoxNode => {
    const { x, y, width, height } = layout.nodes.get(node.id) ?? NOWHERE;
    const role = node.href === undefined ? 'img' : 'link';
    const said = { ariaLabel: words(node), ariaRole: role as 'img' };
    const domAttributes = { 'aria-roledescription': t(`drawing.kinds.${node.kind}`) };
    const common = { ...said, domAttributes, draggable: false, connectable: false };
    const zIndex = node.kind === 'group' ? -1 : 0;
    return { id: node.id, type: 'box', position: { x, y }, width, height, zIndex, data: { node }, ...common };
  });
  const edges = graph.edges.map((edge): LineEdge => {
    const { points, label } = layout.edges.get(edge.id) ?? { points: [], label: null };
    const color = `var(${edge.walked === undefined ? '--control' : '--accent'})`;
    const markerEnd = { type: MarkerType.ArrowClosed, color, width: 22, height: 22, markerUnits: 'userSpaceOnUse' };
    const ends = { source: edge.from, target: edge.to };
    return { id: edge.id, ...ends, type: 'line', markerEnd, focusable: false, data: { edge, points, label } };
  });
  const open = (id: string) => {
    const href = graph.nodes.find((n) => n.id === id)?.href;
    if (href !== undefined) void navigate(href);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the nodes inside are links; the library gives them no Enter
    <div
      ref={frame}
      className="drawing-canvas"
      aria-describedby={describedBy}
      onKeyDown={(e) => {
        const id = e.key === 'Enter' ? (e.target as HTMLElement).dataset.id : undefined;
        if (id !== undefined) open(id);
      }}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onInit={(made) => {
          flow.current = made;
          show(false);
        }}
        minZoom={0.15}
        maxZoom={2}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        nodesFocusable
        edgesFocusable={false}
        autoPanOnNodeFocus
        // The wheel scrolls the page; Ctrl and wheel, two fingers and the buttons zoom.
        zoomOnScroll={false}
        preventScrolling={false}
        zoomOnDoubleClick={false}
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_, { id }) => open(id)}
        ariaLabelConfig={{
          'controls.zoomIn.ariaLabel': t('drawing.zoomIn'),
          'controls.zoomOut.ariaLabel': t('drawing.zoomOut'),
          'node.a11yDescription.default': '',
        }}
      >
        <Controls position="bottom-right" orientation="horizontal" showInteractive={false} showFitView={false}>
          <ControlButton aria-label={t('drawing.fit')} title={t('drawing.fit')} onClick={() => show(true)}>
            <FullscreenOutlined aria-hidden />
          </ControlButton>
        </Controls>
      </ReactFlow>
    </div>
  );
}
