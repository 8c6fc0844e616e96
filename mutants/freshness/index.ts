export { changesAreNotTold } from './changes-are-not-told.ts';
export { deletedObjectsAreTold } from './deleted-objects-are-told.ts';
export { newObjectsAreNotTold } from './new-objects-are-not-told.ts';
export { whatIsNewIsToldLate } from './what-is-new-is-told-late.ts';
