// Follows a person, in Swift. A system library target brings the header:
//     module CRelapse { header "relapse.h" link "relapse_c" export * }
import CRelapse
import Foundation

struct Refused: Error { let document: String }  // relapse/error/1

/// What a call told: the result, or the error.
func told(_ status: Int32, _ out: OpaquePointer?) throws -> String {
  defer { relapse_text_free(out) }
  let bytes = UnsafeRawBufferPointer(start: relapse_text_data(out), count: relapse_text_size(out))
  let text = String(decoding: bytes, as: UTF8.self)
  if status != 0 { throw Refused(document: text) }
  return text
}

/// One person, on one thread at a time.
final class Monitor {
  private var handle: OpaquePointer?

  init(model name: String) throws {
    var model: OpaquePointer?
    var out: OpaquePointer?
    _ = try told(relapse_model_named(name, name.utf8.count, &model, &out), out)
    defer { relapse_model_free(model) }  // the monitor keeps it
    _ = try told(relapse_monitor_new(model, nil, 0, &handle, &out), out)
  }
  deinit { relapse_monitor_free(handle) }

  func update(_ checkIn: String) throws -> String {
    var out: OpaquePointer?
    return try told(relapse_monitor_update(handle, checkIn, checkIn.utf8.count, &out), out)
  }
}

let monitor = try Monitor(model: "standard")
while let line = readLine() { print(try monitor.update(line)) }
