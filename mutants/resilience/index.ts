export { cutOffScrapeEndsIt } from './cut-off-scrape-ends-it.ts';
export { eightAreTooMany } from './eight-are-too-many.ts';
export { exporterWasRestarted } from './exporter-was-restarted.ts';
export { resourceBackendIsNotTold } from './resource-backend-is-not-told.ts';
export { restartLosesSeries } from './restart-loses-series.ts';
export { slowReaderHarmsForGood } from './slow-reader-harms-for-good.ts';
