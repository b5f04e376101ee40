"use client";
import { type Reader, readersOf } from "@gristmill/shared/inference/sealedWorkload";
import { useMemo, useState } from "react";
import type { Address } from "viem";
import { useConnection } from "wagmi";
import { describeError } from "../../lib/describeError.ts";
import { PayPanel } from "../buy/PayPanel.tsx";
import { useQuote } from "../buy/useQuote.ts";
import { useAssets } from "../marketplace/useAssets.ts";
import { Button } from "../ui/Button.tsx";
import { FileButton } from "../ui/FileButton.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { AnswerPrice } from "./AnswerPrice.tsx";
import { DigitPad } from "./DigitPad.tsx";
import { pictureOfFile } from "./pictureOfFile.ts";
import { rememberQuestion } from "./questions.ts";
import { samplePicture } from "./samplePictures.ts";
import { type AskTemplate, useSealedOrder } from "./useSealedOrder.ts";

/** Stands for the buyer in a quote nobody can order yet. */
const nobody: Address = "0x000000000000000000000000000000000000dEaD";
const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const blankOf = ({ inference }: AskTemplate) => new Uint8Array(inference.shape.sizes[0] ?? 0);

/** Which model, what to ask it, what it costs and who will see it. */
export function AskForm({ templates }: { templates: [AskTemplate, ...AskTemplate[]] }) {
  const connection = useConnection();
  const assets = useAssets();
  const [template, setTemplate] = useState(templates[0]);
  const [values, setValues] = useState<Uint8Array>(() => blankOf(templates[0]));
  /** Who can open the drawing that is being paid for: a machine that leaves now changes nothing of it. */
  const [payingFor, setPayingFor] = useState<readonly Reader[]>();
  const paying = payingFor !== undefined;
  const [unreadable, setUnreadable] = useState<string>();
  const side = Math.sqrt(values.length);
  const { modelCommitment, weights, shape } = template.inference;

  const listed = assets.data;
  const able = useMemo(
    () =>
      readersOf(
        (listed ?? []).map(({ asset }) => asset),
        modelCommitment,
      ),
    [listed, modelCommitment],
  );
  const readers = payingFor ?? able;
  const order = useSealedOrder({ template, values, readers, buyer: connection.address ?? nobody, frozen: paying });
  const live = useQuote(order.request, paying);
  const error = order.error ?? live.error;

  const choose = (next: AskTemplate) => {
    setTemplate(next);
    setValues(blankOf(next));
  };
  const upload = async (file: File) => {
    setUnreadable(undefined);
    try {
      setValues(await pictureOfFile(file, side));
    } catch {
      setUnreadable(`${file.name} is no picture that this browser can read. It was not sent anywhere.`);
    }
  };
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(360px,460px)]">
      <Panel title="Your question">
        <fieldset disabled={paying} className="flex flex-col gap-5">
          <legend className="sr-only">Your question</legend>
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1 font-medium">Model</legend>
            {templates.map((each) => (
              <label
                key={each.id}
                data-testid={`model-${each.inference.weights}`}
                className="flex cursor-pointer gap-3 rounded-md border border-edge p-3 has-checked:border-grain-text has-checked:bg-sunken"
              >
                <input
                  type="radio"
                  name="model"
                  value={each.id}
                  checked={template.id === each.id}
                  onChange={() => choose(each)}
                  className="mt-0.5 size-4 shrink-0 accent-(--grain)"
                />
                <span className="min-w-0">
                  <span className="block font-medium">
                    {each.inference.weights === "public" ? "Public weights" : "Private weights"},{" "}
                    {each.inference.shape.sizes.join("-")}
                  </span>
                  <span className="block text-muted">{each.description}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <div className="flex flex-wrap gap-5">
            <div className="w-full max-w-72">
              <p className="mb-1.5 font-medium">Draw a digit</p>
              <DigitPad values={values} onChange={setValues} />
            </div>
            <div className="flex min-w-0 flex-1 basis-52 flex-col gap-4">
              <fieldset>
                <legend className="mb-1.5 font-medium">Or take one of these</legend>
                <div className="grid max-w-60 grid-cols-5 gap-1.5">
                  {digits.map((digit) => (
                    <Button
                      key={digit}
                      aria-label={`A drawn ${digit}`}
                      data-testid={`sample-${digit}`}
                      onClick={() => setValues(samplePicture(side, digit) ?? values)}
                    >
                      {digit}
                    </Button>
                  ))}
                </div>
              </fieldset>
              <div className="flex flex-wrap gap-2">
                <FileButton accept="image/*" inputName="Picture to upload" onFile={(file) => void upload(file)}>
                  Upload a picture
                </FileButton>
                <Button look="quiet" onClick={() => setValues(blankOf(template))}>
                  Clear the paper
                </Button>
              </div>
              {unreadable && (
                <p role="alert" className="text-xs text-failed">
                  {unreadable}
                </p>
              )}
              <p className="text-xs text-muted">
                The model sees {side} × {side} points in 16 grey levels, as here. Its training drew digits by a program:
                expect less of real handwriting.
              </p>
            </div>
          </div>
        </fieldset>
      </Panel>
      <Panel title="What it costs, who sees it" className="lg:sticky lg:top-4">
        <div aria-live="polite" className="flex flex-col gap-5">
          {listed && readers.length === 0 && (
            <Notice tone="waiting" title="No machine can answer for this model now">
              {weights === "private"
                ? "Only its owner's machine has the weights, and that is not here. Nothing was charged."
                : "None that is listed has built its proving key. Nothing was charged."}
            </Notice>
          )}
          {error ? (
            <Notice tone="failed" title={describeError(error)}>
              Nothing was charged.
            </Notice>
          ) : order.isBlank ? (
            <p className="text-muted">Draw something: the price appears here before you sign anything.</p>
          ) : live.quote && order.question && order.request ? (
            <>
              <AnswerPrice price={live.quote.price} readers={readers} classes={shape.sizes.at(-1) ?? 0} />
              <PayPanel
                quote={live.quote}
                request={order.request}
                current={live.current || paying}
                onPaying={(now) => {
                  if (now && live.quote && order.question) rememberQuestion(live.quote.jobId, order.question);
                  setPayingFor(now ? readers : undefined);
                }}
                onFreshQuote={live.refetch}
              />
            </>
          ) : (
            readers.length > 0 && <Skeleton lines={6} what="the price" />
          )}
        </div>
      </Panel>
    </div>
  );
}
