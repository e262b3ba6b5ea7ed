"""Makes the file here with TensorBoard's own classes: pip install tensorboard (2.21.0 was used)."""

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

POINTS = [
    ("epoch_loss", 0, 1700000000.75, 0.5),
    ("epoch_loss", 1, 1700000001.25, 0.1),
    ("epoch_accuracy", 127, 1700000002.5, 0.0),
    ("epoch_accuracy", 128, 1700000003.75, -1e-45),
    ("sparsity/größe", 300, 1700000004.0, 3.4e38),
    ("sparsity/größe", 2**31, 1700000005.0, float("inf")),
    ("t" * 200, 2**63 - 1, 1700000006.000001, float("nan")),
]

with open("events.out.tfevents.golden", "wb") as out:
    writer = RecordWriter(out)
    writer.write(Event(wall_time=1700000000.5, file_version="brain.Event:2").SerializeToString())
    for tag, step, wall_time, value in POINTS:
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
        writer.write(Event(wall_time=wall_time, step=step, summary=summary).SerializeToString())
