import { formatTaint } from '../../helpers/cluster/ready.ts';
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

area('scheduling', { whole: true }, () => {
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
      whole: false,
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
      whole: false,
      sentence: 'A copy of the exporter that is pinned to the tainted node runs there, although other nodes have no taint.',
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
      whole: false,
      sentence: 'The exporter tolerates the taint indefinitely, without tolerationSeconds.',
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
      sentence: 'A pod without the toleration that is pinned to that node stays Pending because of the taint.',
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
    'toleration-suffices',
    {
      sentence: 'The same pod with only the toleration added is scheduled to that node.',
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
      sentence: 'A pod that tolerates only the effect NoSchedule stays Pending.',
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
      sentence: 'A pod without the toleration that may run on any node runs on an agent, not on the server.',
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
