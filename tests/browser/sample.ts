// Made once before all tests: a sample that was set up and stopped, of which each test starts a copy of its own.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { Demo } from "./demo.js";

export default async function makeSample(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), "keystead-sample-"));
  const demo = await Demo.start(0);
  await demo.stopAndKeep(path.join(folder, "data"));
  process.env.KEYSTEAD_TEST_SAMPLE = path.join(folder, "data");
  return () => rm(folder, { recursive: true, force: true });
}
