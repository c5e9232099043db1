"""When the law wants it done: policy rows as data, and a pure engine that explains its answer."""
