import { verify } from '../../helpers/failure.ts';
import { describePod } from '../../helpers/kube/pod.ts';
import { allOf, ownCluster, withAgents } from '../../helpers/suite/conditions.ts';
import { copyOfExporter } from '../../helpers/suite/exporter-copy.ts';
import { isPlacedOn, onlyOn, staysPending, tolerating } from '../../helpers/suite/placement.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { withAgentsCordoned, withForeignNode, withSecondTaint } from './changed-nodes.ts';

const feature = 'tainted-control-plane';

area('scheduling', { serial: true, whole: true }, () => {
  requirement(
    'survives-further-taint',
    {
      sentence:
        'When a second NoExecute taint is added to its node, the exporter stays and a pod that does not tolerate it is evicted.',
      source: 'Kubernetes, Taints and tolerations: taint based evictions',
      feature,
      needs: ['probes/starts'],
      explainedBy: ['probes/becomes-ready'],
      only: ownCluster,
      makes: ['control-pod'],
    },
    async (context) => {
      const pod = await context.exporter.pod();
      const tolerations = context.run.agents > 0 ? [] : [{ key: context.profile.cluster.taint?.key, operator: 'Exists' }];
      const control = await context.scratch.pod({ name: 'evicted', spec: { nodeName: pod.spec.nodeName, tolerations } });

      await withSecondTaint(context, pod, async (taint) => {
        const took = await taint.evicts(control);
        await taint.spares(pod, took);
      });
    },
  );

  requirement(
    'node-selector-holds',
    {
      sentence:
        'A node that differs only in its operating system, and has no taint, runs a pod that selects it and never the exporter.',
      source: 'The guide, Deployment: nodeSelector',
      feature: 'node-selector',
      needs: ['probes/starts'],
      only: ownCluster,
      makes: ['control-pod'],
    },
    async (context) => {
      const { spec } = await context.exporter.pod();
      await withForeignNode(context, spec.nodeName ?? '', async (node) => {
        const control = await context.scratch.pod({
          name: 'foreign',
          spec: { ...onlyOn(node), ...tolerating(context.profile) },
        });
        const copy = await copyOfExporter(context, { name: 'foreign-copy', spec: onlyOn(node) });

        await isPlacedOn(context, control, node);
        await staysPending(context, copy, /node affinity\/selector/);
      });
    },
  );

  requirement(
    'finds-the-server-when-agents-are-cordoned',
    {
      sentence: 'With every agent cordoned, a new pod of the exporter runs on the server.',
      source: 'The guide, Deployment: tolerations',
      feature,
      needs: ['probes/starts'],
      explainedBy: ['scheduling/tolerates-control-plane-beside-agents', 'probes/becomes-ready'],
      only: allOf(withAgents, ownCluster),
    },
    async (context) => {
      const server = await context.cluster.taintedNode();
      const previous = await context.exporter.pod();

      const pod = await withAgentsCordoned(context, server, async () => {
        await context.client.remove(previous);
        return context.exporter.replacementOf(previous);
      });

      verify(pod.spec.nodeName === server.metadata.name, {
        expected: `the exporter on ${server.metadata.name}`,
        actual: describePod(pod),
      });
      context.observed(describePod(pod));
    },
  );
});
