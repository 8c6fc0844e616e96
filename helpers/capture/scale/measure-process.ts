import { openCluster } from '../../kube/open.ts';
import { collect, type MeasurementOrder, measure } from './measurement.ts';

/** Accounts for one scrape in a process of its own, whose memory and CPU time are those of nothing else. */
const orders = new Promise<MeasurementOrder>((resolve) => process.once('message', resolve));
process.once('disconnect', () => process.exit(1));

const order = await orders;
const client = (await openCluster(order.kubeconfig)).readOnly();
const measurement = await measure(await collect(client, order), order);
await new Promise((resolve) => process.send?.(measurement, resolve));
process.exit(0);
