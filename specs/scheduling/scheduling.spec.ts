import { formatTaint } from '../../helpers/cluster/taint.ts';
import { withAgents, withoutAgents } from '../../helpers/suite/conditions.ts';
import { copyOfExporter } from '../../helpers/suite/exporter-copy.ts';
import {
  exporterRunsOn,
  isPlacedOn,
  onlyOn,
  runsElsewhere,
  staysPending,
  toleratesWithoutLimit,
  tolerating,
} from '../../helpers/suite/placement.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';

const source = 'Kubernetes, Taints and tolerations';
const feature = 'tainted-control-plane';
const needs = ['scheduling/node-is-tainted'];

area('scheduling', () => {
  requirement(
    'node-is-tainted',
    {
      sentence: 'A node carries the taint that keeps pods off the control plane.',
      source: 'The guide: K3s server node',
      feature,
    },
    async ({ cluster, observed }) => {
      const node = await cluster.taintedNode();
      observed(`${node.metadata.name} has ${formatTaint(node.taint)}`);
    },
  );

  requirement(
    'tolerates-control-plane',
    {
      sentence: 'The exporter runs on the node whose NoExecute taint keeps other pods away.',
      source: 'The guide, Deployment: tolerations',
      feature,
      needs,
      only: withoutAgents,
    },
    async (context) => {
      const node = await context.cluster.taintedNode();

      await exporterRunsOn(context, node);
    },
  );

  requirement(
    'tolerates-control-plane-beside-agents',
    {
      sentence: 'A copy of the exporter that only the tainted node may take is placed there, though other nodes have no taint.',
      source: 'The guide, Deployment: tolerations',
      feature,
      needs,
      only: withAgents,
    },
    async (context) => {
      const node = await context.cluster.taintedNode();
      const copy = await copyOfExporter(context, { name: 'pinned', spec: onlyOn(node) });

      await isPlacedOn(context, copy, node);
    },
  );

  requirement(
    'tolerates-for-good',
    {
      sentence: 'The exporter tolerates the taint for as long as it is there, and not for a time.',
      source: 'Kubernetes, Taints and tolerations: tolerationSeconds',
      feature,
      needs,
      explainedBy: ['scheduling/tolerates-control-plane', 'scheduling/tolerates-control-plane-beside-agents'],
    },
    async (context) => {
      const { taint } = await context.cluster.taintedNode();

      await toleratesWithoutLimit(context, taint);
    },
  );

  requirement(
    'untolerating-pod-stays-pending',
    {
      sentence: 'A pod without the toleration stays Pending before that node, for the taint and for nothing else.',
      source,
      feature,
      needs,
      makes: ['control-pod'],
    },
    async (context) => {
      const node = await context.cluster.taintedNode();
      const control = await context.scratch.pod({ name: 'untolerating', spec: onlyOn(node) });

      await staysPending(context, control, /untolerated taint/);
    },
  );

  requirement(
    'toleration-alone-places',
    {
      sentence: 'The same pod with nothing but the toleration added is placed on that node.',
      source,
      feature,
      needs,
      makes: ['control-pod'],
    },
    async (context) => {
      const node = await context.cluster.taintedNode();
      const control = await context.scratch.pod({
        name: 'tolerating',
        spec: { ...onlyOn(node), ...tolerating(context.profile) },
      });

      await isPlacedOn(context, control, node);
    },
  );

  requirement(
    'no-schedule-toleration-is-not-enough',
    {
      sentence: 'A pod that tolerates the effect NoSchedule alone stays Pending.',
      source,
      feature,
      needs,
      makes: ['control-pod'],
    },
    async (context) => {
      const node = await context.cluster.taintedNode();
      const tolerations = [{ operator: 'Exists', effect: 'NoSchedule' }];
      const control = await context.scratch.pod({ name: 'no-schedule', spec: { ...onlyOn(node), tolerations } });

      await staysPending(context, control, /untolerated taint/);
    },
  );

  requirement(
    'untolerating-pod-runs-on-an-agent',
    {
      sentence: 'A pod without the toleration, free to run anywhere, runs on an agent and never on the server.',
      source,
      feature,
      needs,
      only: withAgents,
      makes: ['control-pod'],
    },
    async (context) => {
      const server = await context.cluster.taintedNode();
      const control = await context.scratch.pod({ name: 'free' });

      await runsElsewhere(context, control, server);
    },
  );
});
