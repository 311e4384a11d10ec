// A running `keystead demo` with a folder of its own, whose SMS can be read and whose clock can be moved.

import { spawn, type ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { openSync, closeSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export type Member = {
  role: string;
  email: string;
  password: string;
  mobile: string | null;
  two_factor: boolean;
};

export type Account = {
  id: string;
  name: string;
  activated: boolean;
  website_verified: boolean;
  members: Member[];
};

export type DemoBrand = { org: string; country: string; dashboard_url: string; accounts: Account[] };

/** The operator's login to the console. */
export type Operator = { console_url: string; name: string; password: string; totp_secret: string };

type DemoFile = {
  public_url: string;
  gateway_url: string;
  ops_url: string;
  operator_token: string;
  operator: Operator;
  sms_outbox: string;
  email_outbox: string;
  brands: DemoBrand[];
};

export type Sms = { at: string; to: string; text: string };

export type Email = { to: string; subject: string; text: string; html: string };

export type Pair = { keyId: string; keySecret: string };

const SECOND = 1000;
const START_LIMIT = 60 * SECOND;
const SMS_LIMIT = 15 * SECOND;
const STOP_LIMIT = 10 * SECOND;

export class Demo {
  private readonly codesTaken = new Map<string, number>();
  private ahead = 0;

  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly file: DemoFile,
  ) {}

  /** Starts a sample on free ports of this worker and waits until it says that it is ready. */
  static async start(worker: number): Promise<Demo> {
    const program = process.env.KEYSTEAD_BIN;
    if (!program) throw new Error("KEYSTEAD_BIN is not set: run `cargo xtask test --only browser`");
    const folder = await mkdtemp(path.join(tmpdir(), "keystead-browser-"));
    const port = await freePorts(worker);

    const sample = process.env.KEYSTEAD_TEST_SAMPLE;
    if (sample) await cp(sample, path.join(folder, "data"), { recursive: true });
    await rm(path.join(folder, "data", "demo.json"), { force: true });
    writeFileSync(path.join(folder, "clock"), "+0");
    const log = openSync(path.join(folder, "log"), "w");
    const child = spawn(program, ["demo", "--data-dir", path.join(folder, "data"), "--port", String(port)], {
      stdio: ["ignore", log, log],
      env: { ...process.env, ...movableClock(path.join(folder, "clock")) },
    });
    closeSync(log);
    let failure: Error | undefined;
    child.on("error", (error) => (failure = error));

    const ready = path.join(folder, "data", "demo.json");
    const said = () => `it said:\n${readFileSync(path.join(folder, "log"), "utf8")}`;
    try {
      const file = await eventually(START_LIMIT, () => `the demo is not ready; ${said()}`, () => {
        if (failure) throw failure;
        if (hasEnded(child)) throw new Error(`the demo ended with ${child.exitCode ?? child.signalCode}; ${said()}`);
        return existsSync(ready) ? wholeJson<DemoFile>(readFileSync(ready, "utf8")) : undefined;
      });
      return new Demo(child, folder, file);
    } catch (error) {
      child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Ends the process and removes everything it wrote. */
  async stop(): Promise<void> {
    try {
      await this.end();
    } finally {
      await rm(this.folder, { recursive: true, force: true });
    }
  }

  /** Ends the process and moves what it wrote to a folder that does not exist yet. */
  async stopAndKeep(folder: string): Promise<void> {
    await this.end();
    await cp(path.join(this.folder, "data"), folder, { recursive: true });
    await rm(this.folder, { recursive: true, force: true });
  }

  private async end(): Promise<void> {
    if (!hasEnded(this.process)) {
      const ended = new Promise((resolve) => this.process.once("exit", resolve));
      this.process.kill("SIGTERM");
      const patience = new AbortController();
      const late = pause(STOP_LIMIT, "late", { signal: patience.signal }).catch(() => "in time");
      if ((await Promise.race([ended, late])) === "late") {
        this.process.kill("SIGKILL");
        await ended;
        throw new Error("the demo did not stop when asked to");
      }
      patience.abort();
    }
  }

  /** What the process has printed so far. */
  get log(): string {
    return readFileSync(path.join(this.folder, "log"), "utf8");
  }

  get operator(): Operator {
    return this.file.operator;
  }

  /** The code that the operator's authenticator app shows now, by the server's clock (RFC 6238). */
  operatorCode(): string {
    const step = Math.floor((Date.now() + this.ahead) / (30 * SECOND));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const mac = createHmac("sha1", base32(this.file.operator.totp_secret)).update(counter).digest();
    const at = mac[mac.length - 1]! & 0xf;
    return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
  }

  get publicUrl(): string {
    return this.file.public_url;
  }

  brand(org: string, country: string): DemoBrand {
    const found = this.file.brands.find((brand) => brand.org === org && brand.country === country);
    if (!found) throw new Error(`demo.json has no brand ${org}/${country}`);
    return found;
  }

  /** Moves the server's clock forward; the browser's own stays. Waiting is no way to see 24 hours end. */
  moveClock(milliseconds: number): void {
    this.ahead += milliseconds;
    writeFileSync(path.join(this.folder, "clock"), `+${this.ahead / SECOND}`);
  }

  /** The server's time, in milliseconds since 1970. */
  get now(): number {
    return Date.now() + this.ahead;
  }

  /** The path of the link that sets a new password, from the letter to an address. */
  async resetLink(address: string): Promise<string> {
    return linkIn(await this.emailTo(address, "/reset/"), "reset");
  }

  /** The path of the link that accepts an invitation, from the letter to an address. */
  async invitationLink(address: string): Promise<string> {
    return linkIn(await this.emailTo(address, "/invitation/"), "invitation");
  }

  /** The last e-mail to an address that holds a text, waited for. */
  async emailTo(address: string, holds: string): Promise<Email> {
    const mails = () => jsonLines<Email>(this.file.email_outbox);
    const found = () => mails().filter((mail) => mail.to === address && mail.text.includes(holds)).at(-1);
    return eventually(SMS_LIMIT, () => `no e-mail to ${address} with ${holds}`, found);
  }

  /** Opens an account as the operator does: its owner is invited. */
  async openAccount(brand: { org: string; country: string }, name: string, owner: string): Promise<void> {
    const answer = await fetch(`${this.file.public_url}/api/v1/accounts`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.file.operator_token}`, "content-type": "application/json" },
      body: JSON.stringify({ ...brand, name, owner: { name: "Asha Rao", email: owner } }),
    });
    if (answer.status !== 201) throw new Error(`the account was not opened: ${answer.status} ${await answer.text()}`);
  }

  /** All SMS to a number so far, oldest first. */
  smsTo(mobile: string): Sms[] {
    const wanted = digits(mobile);
    return jsonLines<Sms>(this.file.sms_outbox).filter((sms) => digits(sms.to) === wanted);
  }

  /** The next SMS to this number that no call has returned before. */
  async nextSms(mobile: string): Promise<Sms> {
    const taken = this.codesTaken.get(mobile) ?? 0;
    const sms = await eventually(SMS_LIMIT, () => `no SMS number ${taken + 1} to ${mobile}`, () => this.smsTo(mobile)[taken]);
    this.codesTaken.set(mobile, taken + 1);
    return sms;
  }

  /** The code in the next SMS to this number. */
  async nextCode(mobile: string): Promise<string> {
    return codeIn(await this.nextSms(mobile));
  }

  /** What a gateway is told about a pair: 200, 401 or 503. */
  async authenticate(pair: Pair, requireMode?: "live" | "test"): Promise<number> {
    const credentials = Buffer.from(`${pair.keyId}:${pair.keySecret}`).toString("base64");
    const headers: Record<string, string> = { authorization: `Basic ${credentials}` };
    if (requireMode) headers["x-require-mode"] = requireMode;
    const answer = await fetch(`${this.file.gateway_url}/v1/authenticate`, { headers });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** What a gateway in front of this machine is told about a request from an address. */
  async authenticateFrom(pair: Pair, address: string): Promise<Response> {
    const credentials = Buffer.from(`${pair.keyId}:${pair.keySecret}`).toString("base64");
    const headers = { authorization: `Basic ${credentials}`, "x-real-ip": address };
    return fetch(`${this.file.gateway_url}/v1/authenticate`, { headers });
  }
}

/** An SMS holds exactly one run of six digits, so that phones can offer it and nobody types the wrong one. */
export function codeIn(sms: Sms): string {
  const runs = sms.text.match(/(?<!\d)\d{6}(?!\d)/g) ?? [];
  if (runs.length !== 1) throw new Error(`expected one run of six digits, found ${runs.length}: ${sms.text}`);
  return runs[0];
}

function linkIn(email: Email, kind: string): string {
  const link = email.text.match(new RegExp(`/${kind}/\\w+`))?.[0];
  if (!link) throw new Error(`no link in the letter to ${email.to}`);
  return link;
}

/** A code that is well formed and not this one. */
export function otherCode(code: string): string {
  return code === "000000" ? "111111" : "000000";
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function movableClock(file: string): Record<string, string> {
  const library = process.env.KEYSTEAD_TEST_CLOCK;
  if (!library) throw new Error("KEYSTEAD_TEST_CLOCK is not set: run `cargo xtask test --only browser`");
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    // Wall time moves; timeouts and leases go on counting real seconds.
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
}

/** The first of four free ports in a row, from a range that no other worker looks at. */
async function freePorts(worker: number): Promise<number> {
  const first = 21_000 + (worker % 16) * 2_000;
  for (let port = first + 4 * Math.floor(Math.random() * 400); port < first + 2_000; port += 4) {
    const free = await Promise.all([0, 1, 2, 3].map((offset) => isFree(port + offset)));
    if (free.every(Boolean)) return port;
  }
  throw new Error(`no four free ports in a row from ${first} on`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Asks again until there is an answer. The pause only keeps the processor free; nothing depends on its length. */
async function eventually<T>(limit: number, complaint: () => string, ask: () => T | undefined): Promise<T> {
  const end = performance.now() + limit;
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(complaint());
    await pause(25);
  }
}

function jsonLines<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.map((line) => wholeJson<T>(line)).filter((value) => value !== undefined);
}

/** The value, or undefined while the writer is not done with it. */
function wholeJson<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

function digits(mobile: string): string {
  return mobile.replace(/\D/g, "");
}

/** Bytes written in base32 (RFC 4648). */
function base32(text: string): Buffer {
  const bits = [...text].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
}
