# Over the C ABI a person gets the bytes of every other platform, with the kernel that all have.
#
# usage: cmake -D PROGRAM=follow -D CHECK_INS=check_ins.jsonl -D HASHES=door.txt -P same_bytes.cmake
# The hashes were made by RELAPSE_INSTRUCTION_SET=plain follow check_ins.jsonl: sha256sum of
# what it prints, and bindings/javascript/test/hash.js of the values in it.
set(ENV{RELAPSE_INSTRUCTION_SET} plain)
execute_process(COMMAND "${PROGRAM}" "${CHECK_INS}"
  OUTPUT_VARIABLE told COMMAND_ERROR_IS_FATAL ANY)
string(SHA256 found "${told}")
file(READ "${HASHES}" hashes)
if(NOT hashes MATCHES "text ${found}\n")
  message(FATAL_ERROR "text ${found}, but must be\n${hashes}")
endif()
