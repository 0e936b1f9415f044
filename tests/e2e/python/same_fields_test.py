"""The declarations of google/ in protos/ are those of the published files, as far as they go.

OURS and PUBLISHED name files that hold a FileDescriptorSet each.
"""

import os
import unittest

from google.protobuf import descriptor_pb2, descriptor_pool


def read(path):
    files = descriptor_pb2.FileDescriptorSet()
    with open(path, "rb") as opened:
        files.ParseFromString(opened.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool, [pool.FindFileByName(file.name) for file in files.file if not file.name.startswith("google/protobuf/")]


def facts(field):
    kind = field.message_type or field.enum_type
    oneof = field.containing_oneof and field.containing_oneof.name
    return field.number, field.type, field.label, kind and kind.full_name, oneof, field.is_extension


def messages(scope):
    for message in scope.values():
        yield message
        yield from messages(message.nested_types_by_name)


class SameFieldsTest(unittest.TestCase):
    def test_every_field_of_ours_is_a_published_one(self):
        _, ours = read(os.environ["OURS"])
        published, _ = read(os.environ["PUBLISHED"])
        compared = 0
        for file in ours:
            for extension in file.extensions_by_name.values():
                self.assertEqual(facts(extension), facts(published.FindExtensionByName(extension.full_name)))
                compared += 1
            for message in messages(file.message_types_by_name):
                same = published.FindMessageTypeByName(message.full_name)
                for field in message.fields:
                    self.assertIn(field.name, same.fields_by_name, message.full_name)
                    self.assertEqual(facts(field), facts(same.fields_by_name[field.name]), field.full_name)
                    compared += 1
        self.assertGreater(compared, 20)


if __name__ == "__main__":
    unittest.main(verbosity=2)
