import { ApiError } from '../kube/api-error.ts';
import { createAdmitted } from './fixtures.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'unschedulable' } };
const forbidden = (details: string) => new ApiError('PATCH', '/api/v1/pods', 403, 'Forbidden', details);

describe('an object that refers to another one', () => {
  test('is sent again while admission does not know the other', async () => {
    const answers = [forbidden('no PriorityClass with name low was found'), pod];

    const created = await createAdmitted(pod, async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? pod;
    });

    expect(created).toBe(pod);
    expect(answers).toEqual([]);
  });

  test('is not sent again when it is refused for another reason', async () => {
    let sent = 0;
    const refused = createAdmitted(pod, async () => {
      sent += 1;
      throw forbidden('exceeded quota');
    });

    await expect(refused).rejects.toThrow('exceeded quota');
    expect(sent).toBe(1);
  });
});
