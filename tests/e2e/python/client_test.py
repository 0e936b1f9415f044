"""A client in Python, from the stubs that PYTHONPATH has: what a user of grpcio and googleapis-common-protos writes.

SERVER is host:port of a server with a poem worker, TOKEN a bearer token for it.
"""

import os
import unittest

import grpc
from google.api import annotations_pb2, http_pb2
from google.protobuf import any_pb2, descriptor_pool, json_format, symbol_database
from google.rpc import error_details_pb2, status_pb2

from flowmesh.poem.v1 import poem_pb2
from flowmesh.v1 import execution_pb2, log_stream_pb2, log_stream_pb2_grpc, options_pb2, orchestrator_pb2
from flowmesh.v1 import orchestrator_pb2_grpc

UNKNOWN_ID = "0192f0c4-8d1e-7001-9abc-0123456789ab"
PATIENCE = 30  # seconds
FINAL = {"COMPLETED", "COMPLETED_WITH_ERRORS", "FAILED", "CANCELLED", "TIMED_OUT"}


def state_name(state):
    return execution_pb2.Execution.State.Name(state)


def rpc_status(error):
    """The google.rpc.Status that came with an error."""
    for key, value in error.trailing_metadata():
        if key == "grpc-status-details-bin":
            return status_pb2.Status.FromString(value)
    raise AssertionError(f"no details: {error}")


def detail(error, kind):
    for packed in rpc_status(error).details:
        unpacked = kind()
        if packed.Unpack(unpacked):
            return unpacked
    raise AssertionError(f"no {kind.DESCRIPTOR.full_name} in {rpc_status(error)}")


def fold(text, chunk):
    """Adds an output chunk as log_stream.proto says."""
    assert chunk.offset <= len(text), "a chunk starts beyond the end"
    return text[: chunk.offset] + chunk.text.encode()


class ClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.channel = grpc.insecure_channel(os.environ["SERVER"])
        cls.orchestrator = orchestrator_pb2_grpc.OrchestratorStub(cls.channel)
        cls.log_stream = log_stream_pb2_grpc.LogStreamStub(cls.channel)
        cls.call = {"metadata": (("authorization", "Bearer " + os.environ["TOKEN"]),), "timeout": PATIENCE}

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()

    def poem(self, title, **fields):
        request = orchestrator_pb2.CreateExecutionRequest(flow="poem", **fields)
        request.input.Pack(poem_pb2.WritePoem(title=title, form="sonnet"))
        return request

    def create(self, title, **fields):
        return self.orchestrator.CreateExecution(self.poem(title, **fields), **self.call)

    def get(self, execution_id):
        return self.orchestrator.GetExecution(orchestrator_pb2.GetExecutionRequest(id=execution_id), **self.call)

    def refused(self, code, method, request, **more):
        with self.assertRaises(grpc.RpcError) as caught:
            answer = method(request, **{**self.call, **more})
            if hasattr(answer, "__next__"):
                list(answer)
        self.assertEqual(caught.exception.code(), code, caught.exception)
        return caught.exception

    def test_a_poem_is_created_once_started_and_followed_over_a_cut_stream(self):
        execution = self.create("Harbour", idempotency_key="python")
        self.assertEqual(state_name(execution.state), "CREATED")
        again, call = self.orchestrator.CreateExecution.with_call(self.poem("Harbour", idempotency_key="python"), **self.call)
        self.assertEqual(again.id, execution.id)
        self.assertIn(("idempotency-replayed", "true"), call.initial_metadata())
        self.orchestrator.StartExecution(orchestrator_pb2.StartExecutionRequest(id=execution.id), **self.call)

        seen, written, cuts = 0, b"", 0
        state = ""
        while state not in FINAL:
            request = log_stream_pb2.TailRequest(execution_id=execution.id, after=seen)
            stream = self.log_stream.Tail(request, **self.call)
            for event in stream:
                seen += 1
                self.assertEqual(event.seq, seen)
                kind = event.WhichOneof("kind")
                if kind == "output":
                    written = fold(written, event.output)
                if kind == "state":
                    state = state_name(event.state.state)
                if seen % 5 == 0 and state not in FINAL:
                    stream.cancel()
                    cuts += 1
                    break
        self.assertEqual(state, "COMPLETED")
        self.assertGreaterEqual(cuts, 2)

        done = self.get(execution.id)
        self.assertEqual(done.last_seq, seen)
        output = poem_pb2.Poem()
        self.assertTrue(done.output.Unpack(output))
        stanzas = ["".join(line + "\n" for line in stanza.lines) for stanza in output.stanzas]
        self.assertEqual(written.decode(), "\n".join(stanzas))

    def test_errors_bring_their_details(self):
        error = self.refused(
            grpc.StatusCode.NOT_FOUND,
            self.orchestrator.GetExecution,
            orchestrator_pb2.GetExecutionRequest(id=UNKNOWN_ID),
        )
        self.assertEqual(rpc_status(error).code, grpc.StatusCode.NOT_FOUND.value[0])
        self.assertEqual(rpc_status(error).message, error.details())
        info = detail(error, error_details_pb2.ErrorInfo)
        self.assertEqual(info.domain, "flowmesh")
        self.assertEqual(info.reason, "EXECUTION_UNKNOWN")

        ahead = log_stream_pb2.TailRequest(execution_id=self.create("Short").id, after=99)
        error = self.refused(grpc.StatusCode.OUT_OF_RANGE, self.log_stream.Tail, ahead)
        info = detail(error, error_details_pb2.ErrorInfo)
        self.assertEqual((info.reason, dict(info.metadata)), ("SEQ_OUT_OF_RANGE", {"first_seq": "1", "last_seq": "1"}))

        request = self.poem("")
        error = self.refused(grpc.StatusCode.INVALID_ARGUMENT, self.orchestrator.CreateExecution, request)
        self.assertEqual(detail(error, error_details_pb2.ErrorInfo).reason, "FIELDS_INVALID")
        violations = detail(error, error_details_pb2.BadRequest).field_violations
        self.assertEqual([violation.field for violation in violations], ["input.title"])
        self.assertTrue(violations[0].description)

        error = self.refused(grpc.StatusCode.UNAUTHENTICATED, self.orchestrator.CreateExecution, request, metadata=())
        self.assertEqual(detail(error, error_details_pb2.ErrorInfo).reason, "TOKEN_MISSING")

    def test_errors_inside_a_batch_are_of_the_same_type(self):
        requests = [self.poem("Good"), self.poem("")]
        answer = self.orchestrator.BatchCreateExecutions(
            orchestrator_pb2.BatchCreateExecutionsRequest(requests=requests), **self.call
        )
        good, bad = answer.results
        self.assertTrue(good.execution.id)
        self.assertIsInstance(bad.error, status_pb2.Status)
        info = error_details_pb2.ErrorInfo()
        self.assertTrue(bad.error.details[0].Unpack(info))
        self.assertEqual(info.reason, "FIELDS_INVALID")

    def test_a_cancelled_execution_ends_its_stream(self):
        execution = self.create("Given up")
        cancelled = self.orchestrator.CancelExecution(
            orchestrator_pb2.CancelExecutionRequest(id=execution.id, reason="changed my mind"), **self.call
        )
        self.assertEqual(state_name(cancelled.state), "CANCELLED")
        request = log_stream_pb2.TailRequest(execution_id=execution.id, kinds=["state"])
        events = list(self.log_stream.Tail(request, **self.call))
        self.assertEqual(state_name(events[-1].state.state), "CANCELLED")
        self.refused(
            grpc.StatusCode.FAILED_PRECONDITION,
            self.orchestrator.StartExecution,
            orchestrator_pb2.StartExecutionRequest(id=execution.id),
        )

    def test_a_deadline_ends_the_call_and_not_the_execution(self):
        execution = self.create("Waiting")
        request = log_stream_pb2.TailRequest(execution_id=execution.id)
        self.refused(grpc.StatusCode.DEADLINE_EXCEEDED, self.log_stream.Tail, request, timeout=0.2)
        self.assertEqual(state_name(self.get(execution.id).state), "CREATED")

    def test_a_message_of_any_type_is_printed_as_json(self):
        execution = self.create("Printed")
        printed = json_format.MessageToDict(execution, preserving_proto_field_name=True)
        self.assertEqual(printed["input"]["@type"], "type.googleapis.com/flowmesh.poem.v1.WritePoem")
        self.assertEqual(printed["input"]["title"], "Printed")


class DescriptorsTest(unittest.TestCase):
    def test_all_stand_in_one_pool(self):
        pool = descriptor_pool.Default()
        for message, module in [("google.rpc.Status", status_pb2), ("google.rpc.BadRequest", error_details_pb2)]:
            self.assertIs(pool.FindMessageTypeByName(message).file, module.DESCRIPTOR)
        symbols = symbol_database.Default()
        self.assertIs(symbols.GetSymbol("google.rpc.ErrorInfo"), error_details_pb2.ErrorInfo)
        packed = any_pb2.Any()
        packed.Pack(error_details_pb2.RetryInfo())
        self.assertEqual(json_format.MessageToDict(packed)["@type"], "type.googleapis.com/google.rpc.RetryInfo")

    def test_the_options_of_methods_and_fields_are_read(self):
        create = orchestrator_pb2.DESCRIPTOR.services_by_name["Orchestrator"].methods_by_name["CreateExecution"]
        rule = create.GetOptions().Extensions[annotations_pb2.http]
        self.assertIsInstance(rule, http_pb2.HttpRule)
        self.assertEqual(rule.post, "/v1/executions")
        self.assertEqual([more.post for more in rule.additional_bindings], ["/api/flows/executions"])
        self.assertEqual(create.GetOptions().Extensions[options_pb2.method].success_status, 201)
        flow = orchestrator_pb2.CreateExecutionRequest.DESCRIPTOR.fields_by_name["flow"]
        self.assertTrue(flow.GetOptions().Extensions[options_pb2.rules].required)

    def test_whose_google_modules_they_are(self):
        # ErrorInfo and what errors need stand in both; the published files hold more.
        published = os.environ["GOOGLE_MODULES"] == "published"
        self.assertEqual(hasattr(error_details_pb2, "QuotaFailure"), published)
        self.assertEqual(hasattr(http_pb2, "Http"), published)


if __name__ == "__main__":
    unittest.main(verbosity=2)
