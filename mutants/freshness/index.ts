export { changesAreNotTold } from './changes-are-not-told.ts';
export { deletedObjectsAreTold } from './deleted-objects-are-told.ts';
export { deletedPodsAreTold } from './deleted-pods-are-told.ts';
export { newObjectsAreNotTold } from './new-objects-are-not-told.ts';
export { newServicesAreToldLate } from './new-services-are-told-late.ts';
export { whatIsNewIsToldLate } from './what-is-new-is-told-late.ts';
