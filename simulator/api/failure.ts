/** An error response of the API server: a `Status`. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }

  static notFound(resource: string, name: string): ApiFailure {
    return new ApiFailure(404, 'NotFound', `${resource} "${name}" not found`);
  }

  static alreadyExists(resource: string, name: string): ApiFailure {
    return new ApiFailure(409, 'AlreadyExists', `${resource} "${name}" already exists`);
  }

  static badRequest(message: string): ApiFailure {
    return new ApiFailure(400, 'BadRequest', message);
  }

  static invalid(kind: string, name: string, problem: string): ApiFailure {
    return new ApiFailure(422, 'Invalid', `${kind} "${name}" is invalid: ${problem}`);
  }

  get status(): unknown {
    const { code, reason, message } = this;
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
  }
}
