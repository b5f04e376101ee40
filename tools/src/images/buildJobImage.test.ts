import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildJobImage } from "./buildJobImage.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mill-image-"));
  mkdirSync(join(folder, "program"));
  writeFileSync(join(folder, "program", "main.mjs"), "console.log('ground');\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const build = (outDir = "images") =>
  buildJobImage({ name: "test", programDir: join(folder, "program"), outDir: join(folder, outDir) });
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

describe("buildJobImage", () => {
  it("gives the same archive for the same program, so that a digest agreed on beforehand is the image that runs", () => {
    const [one, two] = [build("one"), build("two")];
    expect(one.reference).toBe(two.reference);
    expect(readFileSync(one.archivePath).equals(readFileSync(two.archivePath))).toBe(true);
  });

  it("is an archive that tar reads, in which each part has the hash that names it", () => {
    const { archivePath, digest, reference } = build();
    const out = join(folder, "unpacked");
    mkdirSync(out);
    expect(spawnSync("tar", ["-xf", archivePath, "-C", out]).status).toBe(0);
    const blobs = join(out, "blobs", "sha256");
    for (const name of readdirSync(blobs)) expect(sha256(readFileSync(join(blobs, name)))).toBe(name);
    const config = JSON.parse(readFileSync(join(blobs, digest), "utf8"));
    expect(config.config).toMatchObject({ User: "65534:65534", Entrypoint: ["/usr/local/bin/node", "/app/main.mjs"] });
    expect(reference).toBe(`gristmill/test@sha256:${digest}`);

    // The layers hold all that Node needs, the loader included: it runs with this folder as its root.
    const root = join(folder, "root");
    mkdirSync(root);
    for (const layer of config.rootfs.diff_ids) {
      spawnSync("tar", ["-xf", join(blobs, layer.replace("sha256:", "")), "-C", root]);
    }
    if (process.getuid?.() === 0) {
      const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };
      const { stdout } = spawnSync("chroot", [root, ...config.config.Entrypoint], { encoding: "utf8", env });
      expect(stdout).toBe("ground\n");
    }
  });

  it("does not build an unchanged image again, and replaces a changed one", () => {
    const first = build();
    const written = statSync(first.archivePath).mtimeMs;
    expect(statSync(build().archivePath).mtimeMs).toBe(written);
    writeFileSync(join(folder, "program", "main.mjs"), "console.log('ground finer');\n");
    const second = build();
    expect(second.digest).not.toBe(first.digest);
    expect(existsSync(first.archivePath)).toBe(false);
  });

  it("refuses a folder without the program", () => {
    rmSync(join(folder, "program", "main.mjs"));
    expect(() => build()).toThrow(/no main\.mjs/);
  });
});
