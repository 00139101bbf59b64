// Follows a person, in Dart or Flutter (package:ffi). Android: librelapse_c.so in jniLibs;
// iOS: linked in, and DynamicLibrary.process().
import 'dart:convert';
import 'dart:ffi';
import 'dart:io';
import 'package:ffi/ffi.dart';

typedef _Named = Int32 Function(Pointer<Uint8>, Size, Pointer<Pointer<Void>>, Pointer<Pointer<Void>>);
typedef _New = Int32 Function(Pointer<Void>, Pointer<Uint8>, Size, Pointer<Pointer<Void>>, Pointer<Pointer<Void>>);
typedef _Update = Int32 Function(Pointer<Void>, Pointer<Uint8>, Size, Pointer<Pointer<Void>>);

final _door = DynamicLibrary.open('librelapse_c.so');
final _named = _door.lookupFunction<_Named, int Function(Pointer<Uint8>, int, Pointer<Pointer<Void>>, Pointer<Pointer<Void>>)>('relapse_model_named');
final _new = _door.lookupFunction<_New, int Function(Pointer<Void>, Pointer<Uint8>, int, Pointer<Pointer<Void>>, Pointer<Pointer<Void>>)>('relapse_monitor_new');
final _update = _door.lookupFunction<_Update, int Function(Pointer<Void>, Pointer<Uint8>, int, Pointer<Pointer<Void>>)>('relapse_monitor_update');
final _modelFree = _door.lookupFunction<Void Function(Pointer<Void>), void Function(Pointer<Void>)>('relapse_model_free');
final _monitorFree = _door.lookup<NativeFinalizerFunction>('relapse_monitor_free');
final _data = _door.lookupFunction<Pointer<Uint8> Function(Pointer<Void>), Pointer<Uint8> Function(Pointer<Void>)>('relapse_text_data');
final _size = _door.lookupFunction<Size Function(Pointer<Void>), int Function(Pointer<Void>)>('relapse_text_size');
final _textFree = _door.lookupFunction<Void Function(Pointer<Void>), void Function(Pointer<Void>)>('relapse_text_free');

class Refused implements Exception {
  Refused(this.document);
  final String document; // relapse/error/1
}

/// One person, in one isolate.
class Monitor implements Finalizable {
  static final _finalizer = NativeFinalizer(_monitorFree);
  late final Pointer<Void> _handle;

  Monitor(String model) {
    using((arena) {
      final known = arena<Pointer<Void>>(), made = arena<Pointer<Void>>(), out = arena<Pointer<Void>>();
      final name = utf8.encode(model);
      _told(_named(_copy(name, arena), name.length, known, out), out);
      final status = _new(known.value, nullptr, 0, made, out);
      _modelFree(known.value); // the monitor keeps it
      _told(status, out);
      _handle = made.value;
    });
    _finalizer.attach(this, _handle);
  }

  String update(String checkIn) => using((arena) {
        final out = arena<Pointer<Void>>(), bytes = utf8.encode(checkIn);
        return _told(_update(_handle, _copy(bytes, arena), bytes.length, out), out);
      });
}

Pointer<Uint8> _copy(List<int> bytes, Arena arena) =>
    arena<Uint8>(bytes.length + 1)..asTypedList(bytes.length).setAll(0, bytes);

String _told(int status, Pointer<Pointer<Void>> out) {
  final text = utf8.decode(_data(out.value).asTypedList(_size(out.value)));
  _textFree(out.value);
  if (status != 0) throw Refused(text);
  return text;
}

void main(List<String> arguments) {
  final monitor = Monitor('standard');
  File(arguments[0]).readAsLinesSync().map(monitor.update).forEach(print);
}
